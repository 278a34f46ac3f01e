import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createOutput } from './output.ts';
import type { Taker } from './taker.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A reader that has room for so many bytes, and has read these. */
function reader(room = Infinity) {
  const facts = { room, text: '', error: undefined as NodeJS.ErrnoException | undefined };
  const taker: Taker = {
    take(bytes) {
      if (facts.error !== undefined) throw facts.error;
      const taken = Math.min(facts.room, bytes.length);
      facts.room -= taken;
      facts.text += bytes.toString('utf8', 0, taken);
      return taken;
    },
    close: () => Promise.resolve(),
  };
  return Object.assign(facts, { taker });
}

const SETTINGS = { tellDropped: (lines: number) => `(${lines})\n`, limit: 8 };

/** Long enough that it was tried again. */
const LATER_MS = 1000;

describe('an output', () => {
  test('hands on at once what its reader takes', () => {
    const to = reader();
    createOutput(to.taker, SETTINGS).write('more than its limit\n');
    expect(to.text).toBe('');
    createOutput(to.taker, { ...SETTINGS, limit: 100 }).write('one\n');
    expect(to.text).toBe('one\n');
  });

  test('keeps what has room until it flows again, without a torn line', () => {
    const to = reader(2);
    const output = createOutput(to.taker, SETTINGS);
    output.write('one\n');
    output.write('two\n');
    expect(to.text).toBe('on');
    to.room = 3;
    vi.advanceTimersByTime(LATER_MS);
    expect(to.text).toBe('one\nt');
    to.room = Infinity;
    vi.advanceTimersByTime(LATER_MS);
    expect(to.text).toBe('one\ntwo\n');
  });

  test('drops what has none, and tells how much where it is missing', () => {
    const to = reader(0);
    const output = createOutput(to.taker, SETTINGS);
    for (const line of ['one\n', 'two\n', 'three\nfour\n', 'x', '6\n']) output.write(line);
    to.room = Infinity;
    vi.advanceTimersByTime(LATER_MS);
    output.write('seven\n');
    expect(to.text).toBe('one\ntwo\n(4)\nseven\n');
  });

  test.each(['ENOSPC', 'EPIPE', 'EIO', 'EBADF'])('goes on after %s, and counts', (code) => {
    const to = reader();
    const onError = vi.fn();
    const output = createOutput(to.taker, { ...SETTINGS, onError });
    const error = Object.assign(new Error(code), { code });
    to.error = error;
    for (const line of ['one\n', 'two\n', '3\n']) output.write(line);
    expect(onError).toHaveBeenCalledWith(error);
    to.error = undefined;
    output.write('4\n');
    expect(to.text).toBe('(3)\n4\n');
  });

  test('is closed when all is out', async () => {
    const to = reader(0);
    const output = createOutput(to.taker, SETTINGS);
    output.write('one\n');
    to.room = Infinity;
    const closed = output.close();
    await vi.advanceTimersByTimeAsync(LATER_MS);
    await closed;
    expect(to.text).toBe('one\n');
  });

  test('is closed after a moment when nobody takes anything, and has no timer left', async () => {
    const output = createOutput(reader(0).taker, SETTINGS);
    output.write('one\n');
    const closed = output.close();
    await vi.advanceTimersByTimeAsync(LATER_MS);
    await closed;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('tells every line once, as itself or in a count, and in order, whatever its reader does', () => {
    const step = fc.oneof(
      fc.constant({ write: 1 }),
      fc.record({ room: fc.nat({ max: 30 }) }),
      fc.record({ broken: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const to = reader(0);
        const output = createOutput(to.taker, { ...SETTINGS, limit: 20 });
        let written = 0;
        for (const each of steps) {
          if ('write' in each) output.write(`${(written += 1)}\n`);
          else if ('room' in each) to.room = each.room;
          else to.error = each.broken ? Object.assign(new Error(), { code: 'ENOSPC' }) : undefined;
          vi.advanceTimersByTime(LATER_MS);
        }
        Object.assign(to, { room: Infinity, error: undefined });
        vi.advanceTimersByTime(LATER_MS);
        output.write(`${(written += 1)}\n`);
        let expected = 0;
        for (const line of to.text.trimEnd().split('\n')) {
          const [, count] = /\((\d+)\)$/.exec(line) ?? [];
          if (count === undefined) expect(Number(line.replace(/^.*\)/, ''))).toBe((expected += 1));
          else expected += Number(count);
        }
        expect(expected).toBe(written);
      }),
    );
  });
});
