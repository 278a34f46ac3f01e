import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeSeconds } from './describe-seconds.ts';

const SIZES: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 };

describe('a time for people', () => {
  test.each<[seconds: number, words: string]>([
    [0, '0 s'],
    [0.04, '0 s'],
    [0.6, '0.6 s'],
    [5, '5 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [12.4, '12 s'],
    [59.6, '1 min'],
    [60, '1 min'],
    [125, '2 min 5 s'],
    [3599.6, '1 h'],
    [3661, '1 h 1 min'],
    [86_399, '23 h 59 min'],
    [86_400, '1 d'],
    [187_200, '2 d 4 h'],
    [31_536_000, '365 d'],
  ])('is for %d s %s', (seconds, words) => {
    expect(describeSeconds(seconds)).toBe(words);
  });

  test('has at most two units, and is wrong by less than the smaller of them', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (seconds) => {
        const words = describeSeconds(seconds);
        expect(words).toMatch(/^\d+(\.\d)? (s|min|h|d)( \d+ (s|min|h))?$/);
        const parts = [...words.matchAll(/([\d.]+) (\w+)/g)];
        const said = parts.reduce((sum, [, n, unit]) => sum + Number(n) * SIZES[unit!]!, 0);
        const [smallest] = parts.at(-1)!.slice(2);
        // What is left out is the unit below, if there is only one.
        const room = parts.length === 2 ? SIZES[smallest!]! : Math.max(1, said / 20);
        expect(Math.abs(said - seconds)).toBeLessThanOrEqual(room);
      }),
    );
  });

  test('never says less of a longer time', () => {
    const secondsOf = (words: string) =>
      [...words.matchAll(/([\d.]+) (\w+)/g)].reduce(
        (sum, [, n, u]) => sum + Number(n) * SIZES[u!]!,
        0,
      );
    const any = fc.double({ min: 0, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(any, any, (one, other) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        expect(secondsOf(describeSeconds(less))).toBeLessThanOrEqual(
          secondsOf(describeSeconds(more)),
        );
      }),
    );
  });
});
