import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildProgram } from '../testing/launch-elsewhere.ts';
import { isRunning, kill } from '../testing/processes.ts';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { runProgram } from './run-program.ts';
import { ask } from './ssh-settings.ts';

const PATIENT = { timeout: 90_000 };

let folder: ScratchFolder;
const pids: number[] = [];

beforeEach(() => void (folder = scratchFolder()));
afterEach(() => {
  pids.splice(0).forEach(kill);
  folder.remove();
});

test('a program says how it ended, and what it said', async () => {
  const result = await runProgram('sh', ['-c', 'echo yes; echo no >&2; exit 3'], process.env);
  expect(result).toEqual({ status: 3, stdout: 'yes\n', stderr: 'no\n' });
});

test('a program that cannot be started has no status', async () => {
  expect(await runProgram('/no/program', [], process.env)).toMatchObject({ status: null });
});

test('a program with too many words has no status', async () => {
  const words = ['x'.repeat(1_000_000)];
  expect(await runProgram('true', words, process.env)).toMatchObject({ status: null });
});

test('without a descriptor nobody is asked, and nothing else happens', async () => {
  const program = folder.file('asking-program.mjs');
  buildProgram('asking-program.ts', program);
  const words = ['-c', 'ulimit -n 64; exec "$@"', 'sh', process.execPath, program];
  const { stdout, stderr } = await promisify(execFile)('sh', words);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    ran: { status: null, stdout: '', stderr: '' },
    checked: { ok: false, problem: expect.stringContaining('true: ') as string },
  });
});

/** A program with a child of its own, both deaf, that stops itself when it has written both pids down. */
function stoppedProgram() {
  const file = folder.file('pids');
  const script = `trap '' TERM; sleep 1000 & echo $$ $! > '${file}'; kill -STOP $$`;
  return { words: ['-c', script], pids: () => readFileSync(file, 'utf8').split(' ').map(Number) };
}

test.each<[string, (words: readonly string[]) => Promise<unknown>]>([
  ['run', (words) => runProgram('sh', words, process.env, 1000)],
  ['asked', (words) => ask('sh', words, process.env).catch(() => undefined)],
])(
  'a program that is %s, takes too long and hears nothing ends with what it started',
  async (_, run) => {
    const program = stoppedProgram();
    await run(program.words);
    pids.push(...program.pids());
    await expect.poll(() => pids.some(isRunning), PATIENT).toBe(false);
  },
);

test('an answer without success is none', async () => {
  await expect(ask('sh', ['-c', 'echo yes; exit 1'], process.env)).rejects.toThrow('status 1');
  expect(await ask('sh', ['-c', 'echo yes'], process.env)).toBe('yes\n');
});
