import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitShell } from './shell-commands.ts';

function split(source: string) {
  const read = splitShell(source);
  return 'wrong' in read ? read.wrong : read.value.map(({ words }) => words);
}

describe('lines of a shell', () => {
  it.each([
    ['', []],
    ['  a  b\tc ', [['a', 'b', 'c']]],
    [`a 'b c' "d e"f\\ g`, [['a', 'b c', 'd ef g']]],
    [`'a\\b' "a\\b\\"\\$x" a\\b`, [['a\\b', 'a\\b"$x', 'ab']]],
    [`"it's" 'say "x"' ''`, [["it's", 'say "x"', '']]],
    ['a # b\nc', [['a'], ['c']]],
    ['a#b', [['a#b']]],
    ['a && b || c; d | e & (f)', [['a'], ['b'], ['c'], ['d'], ['e'], ['f']]],
    ['a > /dev/null 2>&1 &', [['a']]],
    ['a >/dev/null 2>>x <y b', [['a', 'b']]],
    ['a &>/dev/null', [['a']]],
    ['a -L 80:b:1>x', [['a', '-L', '80:b:1']]],
    [`a 'b`, 'has a quote that is never closed'],
    ['a "b', 'has a quote that is never closed'],
  ])('%j', (source, expected) => {
    expect(split(source)).toEqual(expected);
  });

  it.each([
    ['a $HOME "$B" `c` "x${D}"', ['$HOME', '$B', '`c`', 'x${D}']],
    [`a '$HOME' \\$B "\\$C" '\`'`, []],
  ])('tell what a shell would fill in: %j', (source, expanded) => {
    expect(splitShell(source)).toMatchObject({ value: [{ expanded }] });
  });

  it('give back every word that was quoted', () => {
    const quotings: ((word: string) => string)[] = [
      (word) => `'${word.replaceAll("'", `'\\''`)}'`,
      (word) => `"${word.replaceAll(/[$`"\\]/g, '\\$&')}"`,
      (word) => word.replaceAll(/[^A-Za-z0-9\n]/gu, '\\$&').replaceAll('\n', `'\n'`),
    ];
    const word = fc.tuple(fc.string({ minLength: 1, unit: 'binary' }), fc.nat(2));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (pairs) => {
        const source = pairs.map(([text, which]) => quotings[which]!(text)).join(' ');
        expect(splitShell(source)).toEqual({
          value: [{ words: pairs.map(([text]) => text), expanded: [] }],
        });
      }),
    );
  });
});
