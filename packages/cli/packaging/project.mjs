// What every package says of the project, and how the tools that make them are run.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Both programs with all that they need, as `pnpm build` leaves them. */
export const PROGRAMS = join(ROOT, 'packages/cli/dist');

if (!existsSync(join(PROGRAMS, 'holdfast.js'))) {
  console.error('the programs are not built: pnpm build');
  process.exit(1);
}

function manifest(folder) {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
}

/** Where the project lives: said once, in the package.json of the workspace. */
export const PROJECT = manifest('.');

/** The package of the programs. */
export const PROGRAM = manifest('packages/cli');

/** Runs a tool, and returns what it prints. What it complains about is shown. */
export function run(command, words, options = {}) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  return execFileSync(command, words, { cwd: ROOT, encoding: 'utf8', stdio, ...options }).trim();
}
