import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const inspector = join(import.meta.dirname, '../../../packages/inspector');

/** Where the built page is. */
export const PAGE_FOLDER = join(inspector, 'dist/page');

/** Before all tests in a browser: builds the page from its sources, so that what is tested is what they say now. */
export function setup(): void {
  execFileSync(process.execPath, [join(inspector, 'scripts/build-page.mjs')]);
}
