import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasStartsLeft, UNLIMITED_STARTS } from './max-starts.ts';

test.each([
  // [starts so far, maximum, one more?]
  [0, 0, false],
  [0, 1, true],
  [1, 1, false],
  [2, 1, false],
  [2, 3, true],
  [0, -1, true],
  [1_000_000, -1, true],
  [5, -7, true],
])('after %i starts of at most %i: %s', (starts, maxStarts, more) => {
  expect(hasStartsLeft(starts, maxStarts)).toBe(more);
});

test('allows exactly as many starts as the maximum says', () => {
  fc.assert(
    fc.property(fc.nat(200), (maxStarts) => {
      let starts = 0;
      while (hasStartsLeft(starts, maxStarts)) starts += 1;
      expect(starts).toBe(maxStarts);
    }),
  );
});

test('without a limit there is always one more', () => {
  fc.assert(
    fc.property(fc.nat(), (starts) => {
      expect(hasStartsLeft(starts, UNLIMITED_STARTS)).toBe(true);
    }),
  );
});
