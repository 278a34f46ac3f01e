// The tarballs of the libraries. pnpm writes versions for `workspace:` and `catalog:`, and leaves the sources out of `exports` (publishConfig).
import { join } from 'node:path';
import { run } from './project.mjs';

/** Every package of a library: not the demo and the tests, which are for this workspace only. */
const FILTERS = ['@holdfast/*', '!@holdfast/demo', '!@holdfast/test'].flatMap((name) => ['--filter', name]); // prettier-ignore

/** Packs them into `libraries/`, so that one glob installs them together, and returns the paths. */
export function packLibraries(out) {
  const packed = run('pnpm', ['-r', ...FILTERS, 'pack', '--json', '--pack-destination', join(out, 'libraries')]); // prettier-ignore
  return JSON.parse(packed).map(({ filename }) => filename).join('\n'); // prettier-ignore
}
