import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellCommands, type ShellPart } from './shell-commands.ts';
import { variable, type Variables } from './shell-variables.ts';

function parts(source: string, variables: Variables = new Map()): readonly ShellPart[] {
  return [...shellCommands(source, variables)];
}

function split(source: string, variables?: Variables) {
  return parts(source, variables).map((part) =>
    part.kind === 'command' ? part.fields.map(({ text }) => text) : `${part.kind}: ${part.text}`,
  );
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
    [`a 'b\nc`, [`fault: a 'b`, ['c']]],
    ['a "b', ['fault: a "b']],
    ['a <<E b\nc "d\nE\ne', [['a', 'b'], 'text: c "d', ['e']]],
    ["a <<-'E'\n\t$c\n\tE\ne", [['a'], 'text: $c', ['e']]],
    ['a <<<b c', [['a', 'c']]],
    ['a \\\n  b', [['a', 'b']]],
    ['A=(x "y z") b "${A[@]}" $A', [['b', 'x', 'y z', 'x', 'y', 'z']]],
  ])('%j', (source, expected) => {
    expect(split(source)).toEqual(expected);
  });

  it.each([
    ['$P', ['80']],
    ['"${P}1"', ['801']],
    ['$OPTS', ['-o', 'A=b']],
    ['"$OPTS"', ['-o A=b']],
    ['x$OPTS', ['x-o', 'A=b']],
    ['A=$OPTS', ['A=-o A=b']],
    ['${NONE:-d}', ['d']],
    ['${NONE-"a b"}', ['a', 'b']],
    ['${P:-d}', ['80']],
    ['${EMPTY:-d}', ['d']],
    ['${EMPTY-d}', []],
    ['${NONE:-$P}', ['80']],
    ['~/x $HOME/x', ['~/x', '~/x']],
  ])('have their variables filled in: %s', (source, expected) => {
    const variables: Variables = new Map([
      ['P', variable('80')],
      ['OPTS', variable('-o A=b')],
      ['EMPTY', variable('')],
    ]);
    const found = parts(`a ${source}`, variables)[0]!;
    expect(found).toMatchObject({ kind: 'command' });
    const { fields } = found as Extract<ShellPart, { kind: 'command' }>;
    expect(fields.slice(1)).toEqual(expected.map((text) => ({ text, unknown: '' })));
  });

  it.each([
    ['$A', '$A'],
    ['"x${A}y"', '${A}'],
    ['$(b "c d")', '$(b "c d")'],
    ['`b c`', '`b c`'],
    ['$1', '$1'],
    ['${P%x}', '${P%x}'],
    ['${NONE:-$A}', '$A'],
  ])('tell what nobody knows: %s', (source, unknown) => {
    const found = parts(`a ${source}`, new Map([['P', variable('80')]]));
    expect(found).toMatchObject([{ fields: [{ unknown: '' }, { unknown }] }]);
  });

  it('say in which lines they stand', () => {
    expect(parts('a\n\nb \\\n c\n"d\ne"')).toMatchObject([
      { line: 1, lastLine: 1 },
      { line: 3, lastLine: 4 },
      { line: 5, lastLine: 6 },
    ]);
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
        expect(parts(source)).toMatchObject([
          { fields: pairs.map(([text]) => ({ text, unknown: '' })) },
        ]);
      }),
    );
  });
});
