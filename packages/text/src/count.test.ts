import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { count, ordinal } from './count.ts';

describe('a number of things', () => {
  test.each([
    [0, 'error', undefined, '0 errors'],
    [1, 'error', undefined, '1 error'],
    [2, 'error', undefined, '2 errors'],
    [1, 'line was', 'lines were', '1 line was'],
    [21, 'line was', 'lines were', '21 lines were'],
  ])('%i of %s (%s) is %s', (many, one, several, words) => {
    expect(count(many, one, several)).toBe(words);
  });

  test('is one only if it is 1', () => {
    fc.assert(
      fc.property(fc.nat(), (many) => {
        expect(count(many, 'a', 'b') === `${many} a`).toBe(many === 1);
      }),
    );
  });
});

describe('how often something happened', () => {
  test.each([
    [1, '1st'],
    [2, '2nd'],
    [3, '3rd'],
    [4, '4th'],
    [10, '10th'],
    [11, '11th'],
    [12, '12th'],
    [13, '13th'],
    [21, '21st'],
    [101, '101st'],
    [112, '112th'],
    [123, '123rd'],
  ])('%i is %s', (n, words) => {
    expect(ordinal(n)).toBe(words);
  });

  test('ends with the last two digits', () => {
    fc.assert(
      fc.property(fc.nat(), (n) => {
        expect(ordinal(n).slice(-2)).toBe(ordinal(n % 100).slice(-2));
      }),
    );
  });
});
