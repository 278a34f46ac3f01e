import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limitRate } from './stderr.ts';

const MEGABYTE = Buffer.alloc(1024 * 1024);

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A stream with so much to read; counts what was read. */
function flood(megabytes: number) {
  const stream = new PassThrough({ highWaterMark: MEGABYTE.length * megabytes * 2 });
  const facts = { read: 0 };
  const lift = limitRate(stream);
  stream.on('data', ({ length }: Buffer) => (facts.read += length));
  for (let n = 0; n < megabytes; n += 1) stream.write(MEGABYTE);
  return { facts, lift, settle: () => new Promise(setImmediate) };
}

test('a flood is read piece by piece, as time goes on', async () => {
  const { facts, settle } = flood(4);
  await settle();
  expect(facts.read).toBe(MEGABYTE.length);
  await settle();
  expect(facts.read).toBe(MEGABYTE.length);
  vi.advanceTimersByTime(100);
  await settle();
  expect(facts.read).toBe(2 * MEGABYTE.length);
});

test('the last words are read at once', async () => {
  const { facts, lift, settle } = flood(4);
  await settle();
  lift();
  await settle();
  expect(facts.read).toBe(4 * MEGABYTE.length);
  expect(vi.getTimerCount()).toBe(0);
});
