import fc from 'fast-check';
import { expect, it } from 'vitest';
import { retryWaitMs } from './retry-wait.ts';

it.each([
  [1, 0, 500],
  [2, 0, 1000],
  [5, 0, 8000],
  [6, 0, 10_000],
  [600, 0, 10_000],
  [1, 1, 375],
])('waits after try %i with chance %d for %i ms', (tries, chance, expected) => {
  expect(retryWaitMs(tries, chance)).toBe(expected);
});

it('never waits less for more failures', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (tries, chance) => {
        expect(retryWaitMs(tries + 1, chance)).toBeGreaterThanOrEqual(retryWaitMs(tries, chance));
      },
    ),
  );
});
