import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listDescendants, signalAll } from './support/child-processes.ts';

const DEMO = fileURLToPath(new URL('../../packages/demo/dist/main.js', import.meta.url));

/** Then it hangs. */
const LONGEST_MS = 150_000;

const LOOK_MS = 50;

const PATIENT = { timeout: 90_000, interval: 25 };

let temporary: string;
let endDemo = () => Promise.resolve();

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'demo-test-'));
});

afterEach(async () => {
  await endDemo();
  await rm(temporary, { recursive: true, force: true });
});

/** Starts the built demo, with a directory for temporary files that nobody else uses. */
function startDemo(environment: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, TMPDIR: temporary, ...environment };
  const child = spawn(process.execPath, [DEMO], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const pid = child.pid as number;
  const run = { pid, stdout: '', stderr: '' };
  const descendants = new Set<number>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => (run.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (run.stderr += text));
  const look = setInterval(() => {
    for (const descendant of listDescendants(pid)) descendants.add(descendant);
  }, LOOK_MS);
  const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  const ended = once(child, 'close').then(([status]) => {
    clearInterval(look);
    clearTimeout(late);
    return status as number | null;
  });
  endDemo = async () => {
    child.kill('SIGKILL');
    await ended;
    signalAll([...descendants], 'SIGKILL');
  };
  return Object.assign(run, { ended, descendants });
}

type Demo = ReturnType<typeof startDemo>;

async function expectNothingLeft({ descendants }: Demo) {
  expect(descendants.size).toBeGreaterThan(0);
  expect([...descendants].filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  expect(await readdir(temporary)).toEqual([]);
}

function linesWith(demo: Demo, text: string): string[] {
  return demo.stdout.split('\n').filter((line) => line.includes(text));
}

function expectTable(demo: Demo) {
  const [, table = ''] = demo.stdout.split('\nSummary\n');
  const [titles = '', ...rows] = table.trimEnd().split('\n');
  expect(titles).toMatch(/^scene +what happened +found by +recovered after +starts$/);
  expect(rows).toEqual([
    expect.stringMatching(/^1 connection drop .* \d+\.\d\d s +\d+$/),
    expect.stringMatching(/^2 silent freeze .* heartbeat +\d+\.\d\d s +\d+$/),
    expect.stringMatching(/^3 server outage .* \d+\.\d\d s +\d+$/),
  ]);
  expect(new Set([titles, ...rows].map(({ length }) => length)).size).toBe(1);
}

describe('the demo', () => {
  test('recovers from all its faults, says so in plain text and a table, and leaves nothing behind', async () => {
    const demo = startDemo();
    expect(await demo.ended, demo.stdout + demo.stderr).toBe(0);
    await expectNothingLeft(demo);
    expect(demo.stderr).toBe('');
    expect(demo.stdout).not.toContain('\u001B');
    expect(linesWith(demo, ': recovered')).toHaveLength(3);
    expect(linesWith(demo, 'path: ')).toHaveLength(4);
    expect(demo.stdout).toContain('path: gating -> connecting -> probing -> healthy\n');
    expectTable(demo);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('cleans up after %s and exits with status %i', async (signal, status) => {
    const demo = startDemo();
    await expect.poll(() => demo.stdout, PATIENT).toContain('bytes come back');
    process.kill(demo.pid, signal);
    expect(await demo.ended).toBe(status);
    await expectNothingLeft(demo);
    expect(demo.stderr).toBe(`holdfast demo: ended by ${signal}\n`);
  });

  test('says what to install when there is no ssh', async () => {
    const demo = startDemo({ PATH: temporary });
    expect(await demo.ended).toBe(1);
    expect(demo.stdout).toBe('');
    expect(demo.stderr).toContain('ssh was not found: install the OpenSSH client');
  });
});
