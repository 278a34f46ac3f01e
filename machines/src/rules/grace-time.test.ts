import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countTries, FREE_TRIES, graceSeconds, minimumUptimeSeconds } from './grace-time.ts';

const rounding = fc.constantFrom('fraction', 'whole');
const tries = fc.nat(10_000);
const poll = fc.integer({ min: 1, max: 1_000_000 });

describe('the minimum uptime', () => {
  test.each([
    [1, 10],
    [60, 10],
    [100, 10],
    [109, 10],
    [110, 11],
    [119, 11],
    [600, 60],
    [605, 60],
  ])('is, with a poll time of %i s, %i s', (pollSeconds, seconds) => {
    expect(minimumUptimeSeconds(pollSeconds)).toBe(seconds);
  });

  test('is never below 10 s and never above a tenth of the poll time beyond that', () => {
    fc.assert(
      fc.property(poll, (pollSeconds) => {
        const seconds = minimumUptimeSeconds(pollSeconds);
        expect(seconds).toBeGreaterThanOrEqual(10);
        if (seconds > 10) expect(seconds * 10).toBeLessThanOrEqual(pollSeconds);
      }),
    );
  });
});

describe('the number of tries', () => {
  test.each([
    // [tries so far, uptime in ms, poll time in s, tries now]
    [0, 0, 600, 1],
    [0, 59_999, 600, 1],
    [0, 60_000, 600, 0],
    [7, 59_999, 600, 8],
    [7, 60_000, 600, 0],
    [3, 9999, 30, 4],
    [3, 10_000, 30, 0],
  ])('%i, after an ssh of %i ms at a poll time of %i s: %i', (before, uptimeMs, seconds, now) => {
    expect(countTries(before, uptimeMs, seconds)).toBe(now);
  });

  test('grows by one, or is 0 again', () => {
    fc.assert(
      fc.property(tries, fc.nat(), poll, (before, uptimeMs, pollSeconds) => {
        const isLong = uptimeMs >= minimumUptimeSeconds(pollSeconds) * 1000;
        expect(countTries(before, uptimeMs, pollSeconds)).toBe(isLong ? 0 : before + 1);
      }),
    );
  });
});

describe('the grace time', () => {
  // Poll time in s, then the grace time after 5, 6, 7, 8 and 9 tries (BACK-3).
  test.each([
    [600, 'fraction', [0, 2, 8, 18, 32]],
    [300, 'fraction', [0, 1, 4, 9, 16]],
    [100, 'fraction', [0, 0, 1, 3, 5]],
    [60, 'fraction', [0, 0, 0, 1, 3]],
    [600, 'whole', [0, 2, 8, 18, 32]],
    [300, 'whole', [0, 1, 4, 9, 16]],
    [250, 'fraction', [0, 0, 3, 7, 13]],
    [250, 'whole', [0, 0, 2, 6, 10]],
    [100, 'whole', [0, 0, 1, 3, 5]],
    [99, 'whole', [0, 0, 0, 0, 0]],
  ] as const)('at a poll time of %i s by the %s is %j', (pollSeconds, how, seconds) => {
    expect([5, 6, 7, 8, 9].map((count) => graceSeconds(count, pollSeconds, how))).toEqual(seconds);
  });

  test.each([
    [22, 600, 578],
    [23, 600, 600],
    [1000, 600, 600],
    [1000, 5, 5],
  ])('of %i tries at a poll time of %i s is %i s', (count, pollSeconds, seconds) => {
    expect(graceSeconds(count, pollSeconds, 'fraction')).toBe(seconds);
  });

  test('is exact where fractions of a hundredth would round down', () => {
    // 12 * 15 * 15 / 300 is 9; 0.12 * 15 * 15 / 3 is a little less.
    expect(graceSeconds(20, 12, 'fraction')).toBe(9);
    expect(graceSeconds(15, 57, 'fraction')).toBe(19);
  });

  test('never falls as tries grow', () => {
    fc.assert(
      fc.property(tries, poll, rounding, (count, pollSeconds, how) => {
        const now = graceSeconds(count, pollSeconds, how);
        expect(graceSeconds(count + 1, pollSeconds, how)).toBeGreaterThanOrEqual(now);
      }),
    );
  });

  test('is whole seconds, and never passes the poll time', () => {
    fc.assert(
      fc.property(tries, poll, rounding, (count, pollSeconds, how) => {
        const seconds = graceSeconds(count, pollSeconds, how);
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(0);
        expect(seconds).toBeLessThanOrEqual(pollSeconds);
      }),
    );
  });

  test('is the square of the slow tries, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 1000 }), poll, (count, pollSeconds) => {
        const slow = BigInt(count - FREE_TRIES);
        const exact = (BigInt(pollSeconds) * slow * slow) / 300n;
        const expected = exact < BigInt(pollSeconds) ? Number(exact) : pollSeconds;
        expect(graceSeconds(count, pollSeconds, 'fraction')).toBe(expected);
      }),
    );
  });

  test('of the first five tries is nothing', () => {
    fc.assert(
      fc.property(fc.nat(FREE_TRIES), poll, rounding, (count, pollSeconds, how) => {
        expect(graceSeconds(count, pollSeconds, how)).toBe(0);
      }),
    );
  });

  test('rounded to whole hundredths is never the longer one', () => {
    fc.assert(
      fc.property(tries, poll, (count, pollSeconds) => {
        expect(graceSeconds(count, pollSeconds, 'whole')).toBeLessThanOrEqual(
          graceSeconds(count, pollSeconds, 'fraction'),
        );
      }),
    );
  });
});
