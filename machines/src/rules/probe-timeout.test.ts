import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  LATE_FOR_GOOD,
  LEAST_RESEND_MS,
  LONGEST_PROBE_TIMEOUT_MS,
  measureRoundTrip,
  probeTimeoutMs,
  SHORTEST_PROBE_TIMEOUT_MS,
  type RoundTrip,
} from './probe-timeout.ts';

function measured(answers: readonly number[]): RoundTrip | undefined {
  return answers.reduce<RoundTrip | undefined>(measureRoundTrip, undefined);
}

describe('what is known of the round trip', () => {
  test.each([
    [[100], 100, 50],
    [[100, 100], 100, 37.5],
    [[100, 200], 112.5, 62.5],
    [[200, 100], 187.5, 100],
    [[8, 16, 0], 7.875, 6],
    [[100, 299], 124.875, 87.25],
    // Late: TCP has sent it again.
    [[100, 300], 100, 50],
    [[100, 6300], 100, 50],
    [[100, 300, 300], 100, 50],
    [[100, 900, 100, 900, 900, 100, 900, 900], 100, 28.125],
    // The line has become slow.
    [[100, 900, 700, 6300], 700, 350],
    [[100, 900, 700, 6300, 700], 700, 262.5],
    // The first one was late.
    [[3000, 100], 100, 50],
    [[300, 101], 275.125, 162.25],
  ])('after %j is %d ms, give or take %d', (answers, smoothedMs, variationMs) => {
    expect(measured(answers)).toMatchObject({ smoothedMs, variationMs });
  });
});

describe('a probe may take', () => {
  test.each([
    // [answers so far, misses in a row, time-out]
    [[], 0, 3000],
    [[], 1, 6000],
    [[], 2, 12_000],
    [[], 3, 15_000],
    [[0.25], 0, 1000],
    [[0.25], 1, 4000],
    [[0.25], 2, 8000],
    [[0.25], 3, 15_000],
    [[300], 0, 1000],
    [[300], 1, 4000],
    [[100], 0, 1000],
    [[400], 0, 1200],
    [[400], 1, 4000],
    [[800], 1, 4800],
    [[400, 400], 0, 1000],
    [[1000], 0, 3000],
    [[4000], 0, 12_000],
    [[4000], 1, 15_000],
    [[60_000], 0, 15_000],
    [[1000.1], 0, 3001],
    [[1], 2000, 15_000],
  ])('after %j and %i misses: %i ms', (answers, misses, expected) => {
    expect(probeTimeoutMs(measured(answers), misses)).toBe(expected);
  });
});

const answer = fc.double({ min: 0, max: 600_000, noNaN: true });
const answers = fc.array(answer, { maxLength: 60 });
const misses = fc.nat(50);

test('the time-out is whole milliseconds between 1 s and 15 s, and does not fall with misses', () => {
  fc.assert(
    fc.property(answers, misses, (some, missed) => {
      const timeoutMs = probeTimeoutMs(measured(some), missed);
      expect(Number.isInteger(timeoutMs)).toBe(true);
      expect(timeoutMs).toBeGreaterThanOrEqual(SHORTEST_PROBE_TIMEOUT_MS);
      expect(timeoutMs).toBeLessThanOrEqual(LONGEST_PROBE_TIMEOUT_MS);
      expect(probeTimeoutMs(measured(some), missed + 1)).toBeGreaterThanOrEqual(timeoutMs);
    }),
  );
});

test('the smoothed round trip stays among those measured', () => {
  fc.assert(
    fc.property(fc.array(answer, { minLength: 1, maxLength: 60 }), (some) => {
      const { smoothedMs, variationMs } = measured(some)!;
      expect(smoothedMs).toBeGreaterThanOrEqual(Math.min(...some) - 1e-6);
      expect(smoothedMs).toBeLessThanOrEqual(Math.max(...some) + 1e-6);
      expect(variationMs).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('a line that always takes the same time gets that time in the end, and never less than 1 s', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 14_000, noNaN: true }), (answerMs) => {
      const known = measured(Array.from({ length: 100 }, () => answerMs));
      const expected = Math.max(SHORTEST_PROBE_TIMEOUT_MS, answerMs);
      expect(Math.abs(probeTimeoutMs(known, 0) - expected)).toBeLessThanOrEqual(1.001);
    }),
  );
});

const quick = fc.double({ min: 0, max: 90, noNaN: true });
const late = fc.double({ min: 300, max: 15_000, noNaN: true });

test('a quick line has its shortest times right after blips, wherever they strike', () => {
  const lateOnes = fc.array(late, { maxLength: 9 });
  const stretch = fc.tuple(lateOnes, fc.array(quick, { minLength: 1, maxLength: 9 }));
  // Answers of a blip, one or two: more in a row are the line itself.
  const blip = fc.array(late, { maxLength: LATE_FOR_GOOD - 1 });
  fc.assert(
    fc.property(fc.array(stretch, { minLength: 1, maxLength: 9 }), blip, (stretches, last) => {
      const known = measured([...stretches.flat(2), ...last]);
      expect([probeTimeoutMs(known, 0), probeTimeoutMs(known, 1)]).toEqual([1000, 4000]);
    }),
  );
});

test('a line that has become slow gets its time after three answers', () => {
  fc.assert(
    fc.property(answers, fc.double({ min: 0, max: 14_000, noNaN: true }), (some, answerMs) => {
      const known = measured([...some, answerMs, answerMs, answerMs]);
      expect(probeTimeoutMs(known, 0)).toBeGreaterThanOrEqual(Math.min(1000, answerMs));
      expect(known!.smoothedMs).toBeGreaterThan(answerMs - LEAST_RESEND_MS - 1e-6);
    }),
  );
});

test('an answer that comes as late as all before it is in time', () => {
  fc.assert(
    fc.property(fc.array(fc.constant(700), { minLength: 1, maxLength: 40 }), (some) => {
      expect(probeTimeoutMs(measured(some), 0)).toBeGreaterThan(700);
    }),
  );
});
