import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLongClock, LONGEST_TIMER_MS } from './long-clock.ts';
import { createVirtualClock } from './virtual-clock.ts';
import type { Clock } from './clock.ts';

const DAY_MS = 86_400_000;

/** A clock beneath that does what timers of JavaScript do: a delay that is too long becomes 1 ms. */
function createShortClock() {
  const virtual = createVirtualClock();
  const short: Clock = {
    setTimeout: (run, ms) => virtual.setTimeout(run, ms > LONGEST_TIMER_MS ? 1 : ms),
    clearTimeout: (timer) => virtual.clearTimeout(timer),
  };
  return { virtual, long: createLongClock(short) };
}

describe('a delay beyond 24.8 days', () => {
  test.each([
    ['the longest timer', LONGEST_TIMER_MS],
    ['1 ms more', LONGEST_TIMER_MS + 1],
    ['twice as long', 2 * LONGEST_TIMER_MS],
    ['and 1 ms', 2 * LONGEST_TIMER_MS + 1],
    ['a year', 365 * DAY_MS],
  ])('ends on time: %s', (_, ms) => {
    const { virtual, long } = createShortClock();
    let runs = 0;
    long.setTimeout(() => (runs += 1), ms);
    virtual.advance(ms - 1);
    expect(runs).toBe(0);
    virtual.advance(1);
    expect([runs, virtual.pending]).toEqual([1, 0]);
  });

  test('would end at once without this clock', () => {
    const virtual = createVirtualClock();
    expect(LONGEST_TIMER_MS + 1).toBe(2 ** 31);
    let runs = 0;
    createLongClock(virtual).setTimeout(() => (runs += 1), 2 ** 31);
    virtual.advance(LONGEST_TIMER_MS);
    expect(runs).toBe(0);
  });

  test('can be cancelled before it was armed again, and after that', () => {
    for (const days of [1, 30]) {
      const { virtual, long } = createShortClock();
      let runs = 0;
      const timer = long.setTimeout(() => (runs += 1), 90 * DAY_MS);
      virtual.advance(days * DAY_MS);
      long.clearTimeout(timer);
      expect(virtual.pending).toBe(0);
      virtual.advance(365 * DAY_MS);
      expect(runs).toBe(0);
    }
  });

  test('that is infinite never ends', () => {
    const { virtual, long } = createShortClock();
    let runs = 0;
    long.setTimeout(() => (runs += 1), Infinity);
    virtual.advance(3650 * DAY_MS);
    expect([runs, virtual.pending]).toEqual([0, 1]);
  });
});

test('clearing nothing does no harm', () => {
  const { long } = createShortClock();
  expect(() => long.clearTimeout(undefined)).not.toThrow();
});

test('passes short delays on as they are, in their order', () => {
  const { virtual, long } = createShortClock();
  const order: string[] = [];
  long.setTimeout(() => order.push(`late ${virtual.now()}`), 20);
  long.setTimeout(() => order.push(`soon ${virtual.now()}`), 0);
  virtual.advance(20);
  expect(order).toEqual(['soon 0', 'late 20']);
});

test('works on the timers of the platform', async () => {
  const clock = createLongClock(globalThis);
  let runs = 0;
  clock.clearTimeout(clock.setTimeout(() => (runs += 10), 1));
  await new Promise<unknown>((resolve) => clock.setTimeout(resolve, 5));
  clock.setTimeout(() => (runs += 1), 0);
  await new Promise<unknown>((resolve) => clock.setTimeout(resolve, 5));
  expect(runs).toBe(1);
});

test('every delay ends exactly once, at its time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 * LONGEST_TIMER_MS }), (ms) => {
      const { virtual, long } = createShortClock();
      const ranAt: number[] = [];
      long.setTimeout(() => ranAt.push(virtual.now()), ms);
      virtual.advance(25 * LONGEST_TIMER_MS);
      expect(ranAt).toEqual([ms]);
    }),
  );
});
