import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { createRunFolder, removeRunFolders } from './support/run-folder.ts';

const run = promisify(execFile);

const FLAPPING_FLEET = fileURLToPath(
  new URL('../fixtures/holdfast/flapping-fleet.mjs', import.meta.url),
);
const LONGEST_RUN_MS = 280_000;

/** How many ends of an ssh it takes until everything was used once, and until V8 has compiled what is used often. */
const MARKS = ['200', '1000', '3000'];
/** Descriptors that Node itself opens late. */
const FEW_DESCRIPTORS = 2;
const COMPILED_BYTES = 2_000_000;
/** Of 2000 starts: 500 bytes for each. */
const STRAY_BYTES = 1_000_000;

/** What a process holds after so many ends of an ssh. */
interface Held {
  readonly ends: number;
  readonly descriptors: number;
  readonly children: number;
  readonly bytes: number;
}

afterEach(removeRunFolders);

test('10 tunnels whose ssh ends at once hold no more after 3000 starts than after 200', async () => {
  const folder = createRunFolder();
  const ssh = folder.writeScript(
    'ssh',
    "echo 'ssh: connect to host nowhere.example port 22: Connection refused' >&2",
    'exit 255',
  );
  const words = ['--expose-gc', FLAPPING_FLEET, ssh, folder.file('sockets'), ...MARKS];
  const { stdout, stderr } = await run(process.execPath, words, {
    env: folder.environment,
    timeout: LONGEST_RUN_MS,
    killSignal: 'SIGKILL',
  });
  expect(stderr).toBe('');
  const told = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Held);
  expect(told).toHaveLength(MARKS.length);
  const [early, middle, late] = told as [Held, Held, Held];
  for (const { children } of told) expect(children).toBe(0);
  for (const { descriptors } of [middle, late]) {
    expect(descriptors).toBeLessThanOrEqual(early.descriptors + FEW_DESCRIPTORS);
  }
  expect(middle.bytes - early.bytes).toBeLessThan(COMPILED_BYTES);
  expect(late.bytes - middle.bytes).toBeLessThan(STRAY_BYTES);
  expect(folder.processes()).toEqual([]);
});
