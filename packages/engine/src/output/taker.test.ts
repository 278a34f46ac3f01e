import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import type { Socket } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { skipWithout } from '../testing/missing-part.ts';
import { isRunning, kill } from '../testing/processes.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { fileTaker, takerOf, type Taker } from './taker.ts';

const PATIENT = { timeout: 90_000 };
const LINE = Buffer.from(`${'x'.repeat(999)}\n`);

const folder = scratchFolder();
afterAll(() => folder.remove());

function namedPipe(name: string): string {
  execFileSync('mkfifo', [folder.file(name)]);
  return folder.file(name);
}

/** Writes until there is no room. */
function fill(taker: Taker): number {
  let lines = 0;
  while (taker.take(LINE) === LINE.length) lines += 1;
  return lines;
}

test('a file is appended to', async () => {
  const path = folder.file('log');
  for (const text of ['one\n', 'two\n']) {
    const taker = fileTaker(path);
    expect(taker.take(Buffer.from(text))).toBe(4);
    await taker.close();
  }
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
});

describe.skipIf(skipWithout('Linux', process.platform === 'linux'))('nothing waits', () => {
  test('for somebody to open a named pipe, and what was written is there for who comes', async () => {
    const path = namedPipe('log.pipe');
    const taker = fileTaker(path);
    expect(taker.take(LINE)).toBe(LINE.length);
    for (let visits = 0; visits < 2; visits += 1) {
      const reader = openSync(path, constants.O_RDONLY);
      expect(readSync(reader, Buffer.alloc(LINE.length))).toBe(LINE.length);
      closeSync(reader);
      expect(taker.take(LINE)).toBe(LINE.length);
    }
    expect(fill(taker)).toBeGreaterThan(0);
    await taker.close();
  });

  test('for a pipe that others have too, nor does it change for them', () => {
    const shared = openSync(namedPipe('shared'), constants.O_RDWR);
    expect(fill(takerOf(shared))).toBeGreaterThan(0);
    const { O_NONBLOCK } = constants;
    const [, flags = ''] = /flags:\s*(\d+)/.exec(
      readFileSync(`/proc/self/fdinfo/${shared}`, 'utf8'),
    )!;
    expect(parseInt(flags, 8) & O_NONBLOCK).toBe(0);
    closeSync(shared);
  });

  test('for a socket that others have too: another process does', async () => {
    const silent = spawn('sleep', ['1000'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const { fd } = (silent.stdin as unknown as { _handle: { fd: number } })._handle;
    const cats = () =>
      execFileSync('ps', ['-o', 'pid=,comm=', '--ppid', String(process.pid)], { encoding: 'utf8' })
        .split('\n')
        .filter((row) => row.endsWith(' cat'))
        .map((row) => parseInt(row, 10));
    const before = cats();
    const taker = takerOf(fd);
    // It takes no more than what it has room for, however long one waits.
    let lines = 0;
    const isFull = () => {
      const more = fill(taker);
      lines += more;
      return more === 0;
    };
    await expect.poll(isFull, { ...PATIENT, interval: 300 }).toBe(true);
    expect(lines).toBeGreaterThan(0);
    const [cat] = cats().filter((pid) => !before.includes(pid));
    await taker.close();
    expect(isRunning(cat!)).toBe(false);
    kill(silent.pid!);
    (silent.stdin as Socket).destroy();
  });

  test('for the words behind what a socket had room for', async () => {
    const reader = spawn('cat', [], { stdio: ['pipe', 'pipe', 'ignore'] });
    let text = '';
    reader.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const { fd } = (reader.stdin as unknown as { _handle: { fd: number } })._handle;
    const taker = takerOf(fd);
    taker.take(Buffer.from('last words\n'));
    await taker.close();
    await expect.poll(() => text, PATIENT).toBe('last words\n');
    reader.stdin.end();
  });
});

test('a descriptor that is closed cannot be written to', () => {
  expect(() => takerOf(2 ** 30)).toThrow(expect.objectContaining({ code: 'EBADF' }));
});
