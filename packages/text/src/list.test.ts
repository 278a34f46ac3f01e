import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listChoices, listNames } from './list.ts';

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
