import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { count, listChoices, listNames, ordinal } from './counts-and-lists.ts';

describe('names in a sentence', () => {
  test.each<[names: readonly string[], most: number | undefined, words: string]>([
    [[], undefined, 'none'],
    [['a'], undefined, 'a'],
    [['a', 'b'], undefined, 'a and b'],
    [['a', 'b', 'c'], undefined, 'a, b and c'],
    [['a', 'b', 'c'], 3, 'a, b and c'],
    [['a', 'b', 'c', 'd'], 3, 'a, b, c and 1 more'],
    [['a', 'b', 'c', 'd'], 1, 'a and 3 more'],
  ])('%j, at most %s, are: %s', (names, most, words) => {
    expect(listNames(names, most)).toBe(words);
  });

  test('are all told, or counted', () => {
    const names = fc.array(fc.stringMatching(/^[a-z]{4}$/), { minLength: 1 });
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 12 }), (all, most) => {
        const words = listNames(all, most);
        const [, more = '0'] = / and (\d+) more$/.exec(words) ?? [];
        const told = words.replace(/ and \d+ more$/, '').split(/, | and /);
        expect(told).toEqual(all.slice(0, most));
        expect(told.length + Number(more)).toBe(all.length);
      }),
    );
  });
});

test.each<[words: readonly string[], text: string]>([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a or b'],
  [['a', 'b', 'c'], 'a, b or c'],
])('the choices %j are: %s', (words, text) => {
  expect(listChoices(words)).toBe(text);
});

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
