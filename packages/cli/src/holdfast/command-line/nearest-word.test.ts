import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestWord } from './nearest-word.ts';

const KNOWN = ['status', 'restart', 'reload', 'up', 'why'];

describe('the word that was probably meant', () => {
  it.each([
    ['stats', 'status'],
    ['sttaus', 'status'],
    ['statuss', 'status'],
    ['res', 'restart'],
    ['reloud', 'reload'],
    ['wyh', 'why'],
  ])('%s is %s', (word, meant) => {
    expect(nearestWord(word, KNOWN)).toBe(meant);
  });

  it.each(['', 'x', 'u', 'banana', 'sutats'])('"%s" is a guess', (word) => {
    expect(nearestWord(word, KNOWN)).toBeUndefined();
  });

  it('a letter left out, doubled or replaced is seen through', () => {
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
});
