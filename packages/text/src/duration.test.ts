import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duration, roundTrip, shortDuration } from './duration.ts';

const SIZES: Readonly<Record<string, number>> = {
  s: 1000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function partsOf(words: string): readonly (readonly [many: number, unitMs: number])[] {
  return [...words.matchAll(/([\d.]+) ?([a-z]+)/g)].map(([, n, unit]) => [
    Number(n),
    SIZES[unit!]!,
  ]);
}

function msOf(words: string): number {
  return partsOf(words).reduce((sum, [many, unitMs]) => sum + many * unitMs, 0);
}

const anyMs = fc.double({ min: 0, max: 1e12, noNaN: true });

describe('a time in a sentence', () => {
  test.each<[ms: number, words: string]>([
    [0, '0 s'],
    [40, '0 s'],
    [600, '0.6 s'],
    [5000, '5 s'],
    [9940, '9.9 s'],
    [9960, '10 s'],
    [12_400, '12 s'],
    [59_600, '1 min'],
    [60_000, '1 min'],
    [125_000, '2 min 5 s'],
    [3_599_600, '1 h'],
    [3_661_000, '1 h 1 min'],
    [86_399_000, '23 h 59 min'],
    [86_400_000, '1 d'],
    [187_200_000, '2 d 4 h'],
    [31_536_000_000, '365 d'],
  ])('is for %d ms %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  test('has at most two units, and is wrong by less than the smaller of them', () => {
    fc.assert(
      fc.property(anyMs, (ms) => {
        const words = duration(ms);
        expect(words).toMatch(/^\d+(\.\d)? (s|min|h|d)( \d+ (s|min|h))?$/);
        const parts = partsOf(words);
        const said = msOf(words);
        // What is left out is the unit below, if there is only one.
        const room = parts.length === 2 ? parts[1]![1] : Math.max(1000, said / 20);
        expect(Math.abs(said - ms)).toBeLessThanOrEqual(room);
      }),
    );
  });
});

describe('a time in a column', () => {
  test.each<[ms: number, words: string]>([
    [0, '0s'],
    [-5000, '0s'],
    [999, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [250_000, '4m 10s'],
    [3_600_000, '1h'],
    [3_605_000, '1h'],
    [11_520_000, '3h 12m'],
    [446_400_000, '5d 4h'],
  ])('is for %i ms %s', (ms, words) => {
    expect(shortDuration(ms)).toBe(words);
  });

  test('never says more than there was', () => {
    fc.assert(
      fc.property(anyMs, (ms) => {
        const words = shortDuration(ms);
        expect(words).toMatch(/^\d+[smhd]( \d+[smh])?$/);
        expect(msOf(words)).toBeLessThanOrEqual(ms);
      }),
    );
  });
});

test.each([
  ['in a sentence', duration],
  ['in a column', shortDuration],
])('a longer time is never less %s', (_, words) => {
  fc.assert(
    fc.property(anyMs, anyMs, (one, other) => {
      const [less, more] = one < other ? [one, other] : [other, one];
      expect(msOf(words(less))).toBeLessThanOrEqual(msOf(words(more)));
    }),
  );
});

describe('how long an answer took', () => {
  test.each<[ms: number, words: string]>([
    [0.31, '0.3 ms'],
    [9.94, '9.9 ms'],
    [9.96, '10 ms'],
    [12.4, '12 ms'],
    [999, '999 ms'],
    [999.7, '1.0 s'],
    [1400, '1.4 s'],
  ])('is for %d ms %s', (ms, words) => {
    expect(roundTrip(ms)).toBe(words);
  });

  test('is never wrong by more than a tenth, or 0.05 ms', () => {
    const any = fc.double({ min: 0, max: 100_000, noNaN: true });
    fc.assert(
      fc.property(any, (ms) => {
        const [, said, unit] = /^([\d.]+) (ms|s)$/.exec(roundTrip(ms))!;
        const saidMs = Number(said) * (unit === 's' ? 1000 : 1);
        expect(Math.abs(saidMs - ms)).toBeLessThanOrEqual(Math.max(0.051, ms / 10));
      }),
    );
  });
});
