import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countStart, type Intensity } from './restart-intensity.ts';

function play(timesMs: readonly number[], intensity: Intensity): boolean[] {
  let recent: readonly number[] = [];
  return timesMs.map((atMs) => {
    const counted = countStart(recent, atMs, intensity);
    recent = counted.recentStartsMs;
    return counted.isTooMany;
  });
}

describe('starts at', () => {
  test.each<[timesMs: number[], starts: number, periodMs: number, tooMany: boolean[]]>([
    [[0], 1, 5000, [false]],
    [[0], 0, 5000, [true]],
    [[0, 1], 1, 5000, [false, true]],
    [[0, 5000], 1, 5000, [false, true]],
    [[0, 5001], 1, 5000, [false, false]],
    [[0, 1, 2, 3], 3, 5000, [false, false, false, true]],
    [[0, 2000, 4000, 6000], 3, 5000, [false, false, false, false]],
    [[0, 2000, 4000, 5000], 3, 5000, [false, false, false, true]],
    [[0, 0, 0, 9000], 2, 5000, [false, false, true, false]],
  ])('%j ms, with %i allowed in %i ms: %j', (timesMs, starts, periodMs, tooMany) => {
    expect(play(timesMs, { starts, periodMs })).toEqual(tooMany);
  });
});

const gaps = fc.array(fc.nat(1000), { minLength: 1, maxLength: 80 });
const intensity = fc.record({ starts: fc.nat(10), periodMs: fc.nat(3000) });

function timesOf(someGaps: readonly number[]): number[] {
  let atMs = 0;
  return someGaps.map((gap) => (atMs += gap));
}

test('there are too many exactly when more than allowed lie within one period', () => {
  fc.assert(
    fc.property(gaps, intensity, (someGaps, limit) => {
      const times = timesOf(someGaps);
      const expected = times.map((nowMs, n) => {
        const recent = times.slice(0, n + 1).filter((atMs) => nowMs - atMs <= limit.periodMs);
        return recent.length > limit.starts;
      });
      expect(play(times, limit)).toEqual(expected);
    }),
  );
});

test('what is remembered is at most one more than what is allowed', () => {
  fc.assert(
    fc.property(gaps, intensity, (someGaps, limit) => {
      let recent: readonly number[] = [];
      for (const atMs of timesOf(someGaps)) {
        recent = countStart(recent, atMs, limit).recentStartsMs;
        expect(recent.length).toBeLessThanOrEqual(limit.starts + 1);
        expect(recent.at(-1)).toBe(atMs);
      }
    }),
  );
});
