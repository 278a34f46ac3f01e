// Runs what has to be so under every version of Node, with each: pnpm test:node [--all] [VERSION...]
//
// The versions come from the package `node` of npm's registry, and are kept. With --all the whole suite runs, under each.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runTests } from './run-tests.mjs';

const VERSIONS = ['20', '22', '24', '26'];

/** The programs, and the library's first example. */
const FILES = ['--project', 'e2e', 'test/e2e/each-node', 'test/e2e/library-examples'];
const CASES = ['--testNamePattern', 'stderr|001'];

const KEPT = fileURLToPath(new URL('../node_modules/.cache/holdfast-node/', import.meta.url));

const { values, positionals } = parseArgs({
  options: { all: { type: 'boolean', default: false } },
  allowPositionals: true,
});

/** The path of that Node, which is fetched if it is not there yet. */
function nodeOf(version) {
  const folder = join(KEPT, version);
  const node = join(folder, 'node_modules/node/bin/node');
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true });
    const words = ['install', '--no-audit', '--no-fund', '--no-save', '--prefix', folder];
    execFileSync('npm', [...words, `node@${version}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return node;
}

const failed = [];
for (const version of positionals.length > 0 ? positionals : VERSIONS) {
  const node = nodeOf(version);
  console.log(`\nNode ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}`);
  const env = { PATH: [dirname(node), process.env.PATH].join(delimiter) };
  const status = await runTests(values.all ? [] : [...FILES, ...CASES], { node, env });
  if (status !== 0) failed.push(version);
}
if (failed.length > 0) {
  console.error(`failed under Node ${failed.join(', ')}`);
  process.exitCode = 1;
}
