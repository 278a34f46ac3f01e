// Another commit to compare with: built in a git worktree of its own, packed and installed, and removed at the end.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackage } from '../../installed/install.ts';
import { median } from './measure.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const RUN = fileURLToPath(new URL('../run.mjs', import.meta.url));

/** How often each side measures, in turns. */
const TURNS = Number(process.env.BENCH_TURNS ?? 3);

/** Runs something with the folder of the programs of that commit. */
async function withProgramsOf(ref, use) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-against-'));
  const tree = join(folder, 'tree');
  const git = (...words) => execFileSync('git', words, { cwd: ROOT, stdio: 'ignore' });
  const pnpm = (...words) =>
    execFileSync('npx', ['-y', 'pnpm@10', ...words], { cwd: tree, stdio: 'ignore' });
  try {
    git('worktree', 'add', '--detach', tree, ref);
    pnpm('install', '--frozen-lockfile', '--prefer-offline');
    pnpm('build');
    const { bin, remove } = await installPackage(join(tree, 'packages/cli'));
    try {
      return await use(bin);
    } finally {
      remove();
    }
  } finally {
    git('worktree', 'remove', '--force', tree);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The lines of one benchmark, measured with these programs. */
function measureWith(bin, name, isLong) {
  const words = [RUN, '--json', '--only', name, ...(isLong ? ['--long'] : [])];
  const env = { ...process.env, HOLDFAST_BIN: bin };
  const stdio = ['ignore', 'pipe', 'inherit'];
  return JSON.parse(execFileSync(process.execPath, words, { env, stdio, encoding: 'utf8' }));
}

/**
 * Measures these benchmarks with the programs of both sides in turns, and prints the ratio of each line: ours to those of the commit.
 *
 * The benchmarks are those of this tree. What they measure of the library, without a program, is this tree's on both sides.
 */
export async function compareWith(ref, names, isLong) {
  await withProgramsOf(ref, (theirs) => {
    for (const name of names) {
      const values = new Map();
      for (let turn = 0; turn < TURNS; turn += 1) {
        const sides = { ours: process.env.HOLDFAST_BIN, theirs };
        for (const [side, bin] of Object.entries(sides)) {
          for (const line of measureWith(bin, name, isLong)) {
            const found = values.get(line.name) ?? { unit: line.unit, ours: [], theirs: [] };
            found[side].push(line.value);
            values.set(line.name, found);
          }
        }
      }
      for (const [line, { unit, ours, theirs: other }] of values) {
        const [one, two] = [median(ours), median(other)];
        console.log(
          `${line}: ${(one / two).toFixed(2)} x ${ref} (${one.toFixed(2)} and ${two.toFixed(2)} ${unit})`,
        );
      }
    }
  });
}
