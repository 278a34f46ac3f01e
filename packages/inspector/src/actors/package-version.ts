import { readFileSync } from 'node:fs';

/** Beside `src` as well as beside the compiled program. */
const ABOUT = new URL('../../package.json', import.meta.url);

/** The version of this package. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(ABOUT, 'utf8')) as { readonly version: string }).version;
}
