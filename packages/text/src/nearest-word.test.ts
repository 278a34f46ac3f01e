import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { didYouMean, editDistance, nearestWord } from './nearest-word.ts';

const KEYS = ['host', 'local', 'remote', 'socks', 'heartbeat', 'max_starts', 'poll', 'within'];
const COMMANDS = ['status', 'restart', 'reload', 'up', 'why', '--wait', '--json'];

describe('the word that was probably meant', () => {
  test.each([
    ['hots', 'host'],
    ['hosts', 'host'],
    ['HOST', 'host'],
    ['max-starts', 'max_starts'],
    ['maxstarts', 'max_starts'],
    ['hartbeet', 'heartbeat'],
    ['with', 'within'],
    ['pol', 'poll'],
    ['locl', 'local'],
    ['stats', 'status'],
    ['sttaus', 'status'],
    ['statuss', 'status'],
    ['res', 'restart'],
    ['reloud', 'reload'],
    ['wyh', 'why'],
    ['--jsn', '--json'],
  ])('by %j is %j', (word, meant) => {
    expect(nearestWord(word, [...KEYS, ...COMMANDS])).toBe(meant);
  });

  test.each(['', 'x', 'u', 'po', 'password', 'banana', 'toast', 'h'.repeat(1000)])(
    'by %j would be a guess',
    (word) => {
      expect(nearestWord(word, [...KEYS, ...COMMANDS])).toBeUndefined();
    },
  );

  test('is the nearer of two', () => {
    expect(nearestWord('web-3', ['web-11', 'web-2', 'db'])).toBe('web-2');
  });

  test('is found with a letter left out, doubled or replaced', () => {
    const slip = fc.tuple(fc.nat(5), fc.constantFrom('drop', 'double', 'replace'));
    fc.assert(
      fc.property(slip, ([at, kind]) => {
        const [before, letter, after] = [
          'status'.slice(0, at),
          'status'[at]!,
          'status'.slice(at + 1),
        ];
        const middle = { drop: '', double: letter + letter, replace: 'q' }[kind];
        expect(nearestWord(before + middle + after, ['status'])).toBe('status');
      }),
    );
  });

  test('is offered at the end of a sentence', () => {
    expect(`unknown command "stats"${didYouMean('status')}`).toBe(
      'unknown command "stats"; did you mean status?',
    );
    expect(didYouMean(undefined)).toBe('');
  });
});

describe('the edit distance', () => {
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', 'abd', 1],
    ['abcd', 'abdc', 1],
    ['kitten', 'sitting', 3],
  ])('from %j to %j is %i', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  test('is the same both ways, and 0 only for equal words', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (one, other) => {
        const distance = editDistance(one, other);
        expect(distance).toBe(editDistance(other, one));
        expect(distance === 0).toBe(one === other);
        expect(distance).toBeLessThanOrEqual(Math.max(one.length, other.length));
      }),
    );
  });
});
