import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestWord } from './nearest.ts';

const KEYS = ['host', 'local', 'remote', 'socks', 'heartbeat', 'max_starts', 'poll', 'within'];

describe('the nearest word', () => {
  it.each([
    ['hots', 'host'],
    ['hosts', 'host'],
    ['HOST', 'host'],
    ['max-starts', 'max_starts'],
    ['maxstarts', 'max_starts'],
    ['hartbeet', 'heartbeat'],
    ['with', 'within'],
    ['pol', 'poll'],
    ['locl', 'local'],
  ])('for %j is %j', (word, nearest) => {
    expect(nearestWord(word, KEYS)).toBe(nearest);
  });

  it.each(['', 'x', 'po', 'password', 'toast', 'h'.repeat(1000)])(
    'there is none for %j',
    (word) => {
      expect(nearestWord(word, KEYS)).toBeUndefined();
    },
  );

  it('is the nearer of two', () => {
    expect(nearestWord('web-3', ['web-11', 'web-2', 'db'])).toBe('web-2');
  });
});

describe('the edit distance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', 'abd', 1],
    ['abcd', 'abdc', 1],
    ['kitten', 'sitting', 3],
  ])('from %j to %j is %i', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  it('is the same both ways, and 0 only for equal words', () => {
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
