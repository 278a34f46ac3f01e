// Writes what is handed out to out/: pnpm package [libraries|npm...]
//
// It packs what is built and builds nothing itself, except the pages of the manual.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packLibraries } from './libraries.mjs';
import { packNpm } from './npm.mjs';
import { ROOT } from './project.mjs';

/** Each part, in an order in which it finds what it is made of. */
const PARTS = { libraries: packLibraries, npm: packNpm };

const { values, positionals } = parseArgs({
  options: { out: { type: 'string', default: join(ROOT, 'out') } },
  allowPositionals: true,
});
const wanted = positionals.length > 0 ? positionals : Object.keys(PARTS);
const unknown = wanted.find((part) => !Object.hasOwn(PARTS, part));
if (unknown !== undefined) {
  console.error(`unknown part "${unknown}"; must be one of ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}

if (positionals.length === 0) rmSync(values.out, { recursive: true, force: true });
mkdirSync(values.out, { recursive: true });
for (const part of wanted) console.log(await PARTS[part](values.out));
