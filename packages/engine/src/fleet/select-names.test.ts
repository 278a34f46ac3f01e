import { assert, constantFrom, array, property, string, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectNames, type SelectableTunnel } from './select-names.ts';

function tunnel(name: string, tags: readonly string[] = [], enabled = true): SelectableTunnel {
  return { name, tags, enabled };
}

const TUNNELS = [
  tunnel('db-1', ['work', 'sql']),
  tunnel('db-2', ['work'], false),
  tunnel('web', ['work', 'web-front']),
  tunnel('home+nas@attic', ['home']),
  tunnel('Straße.1', []),
];
const ALL = TUNNELS.map(({ name }) => name);

describe('a selection', () => {
  it.each<[patterns: string[], names: string[]]>([
    [['web'], ['web']],
    [
      ['web', 'db-1'],
      ['db-1', 'web'],
    ],
    [
      ['db-1', 'db-1', 'db-*'],
      ['db-1', 'db-2'],
    ],
    [['db-?'], ['db-1', 'db-2']],
    [['db-[2-9]'], ['db-2']],
    [['{web,db}*'], ['db-1', 'db-2', 'web']],
    [['*'], ALL],
    [['home+nas@attic'], ['home+nas@attic']],
    [['home+*'], ['home+nas@attic']],
    [['*@attic'], ['home+nas@attic']],
    [['*.1'], ['Straße.1']],
    [['tag:sql'], ['db-1']],
    [['tag:w*'], ['db-1', 'db-2', 'web']],
    [
      ['tag:web-*', 'tag:home'],
      ['web', 'home+nas@attic'],
    ],
  ])('of %j is %j', (patterns, names) => {
    expect(selectNames(patterns, TUNNELS)).toEqual({ names });
  });

  it.each([
    ['wbe'],
    [''],
    ['DB-1'],
    ['db'],
    ['db-+(1|2)'],
    ['!web'],
    ['!(web)'],
    ['tag:'],
    ['tag:nothing'],
    ['tag:*-back'],
    ['*****'],
    ['{d,e}{b,c}{-,+}{1,2}{,x}'],
    ['d*'.padEnd(300, '?')],
  ])('of %j selects nothing, and says so', (pattern) => {
    expect(selectNames(['web', pattern, 'also-unknown'], TUNNELS)).toEqual({ unmatched: pattern });
  });

  it('is everything when it is empty, or everything that is enabled', () => {
    expect(selectNames([], TUNNELS)).toEqual({ names: ALL });
    expect(selectNames([], TUNNELS, 'enabled')).toEqual({
      names: ALL.filter((name) => name !== 'db-2'),
    });
    expect(selectNames(['db-*'], TUNNELS, 'enabled')).toEqual({ names: ['db-1', 'db-2'] });
    expect(selectNames([], [])).toEqual({ names: [] });
  });

  it('answers any pattern: names of tunnels, or that pattern', () => {
    const pieces = constantFrom(
      '*',
      '?',
      '[',
      ']',
      '{',
      '}',
      ',',
      '!',
      '(',
      '|',
      ')',
      'tag:',
      'a',
      '-',
    );
    const patterns = array(pieces, { maxLength: 40 }).map((each) => each.join(''));
    assert(
      property(array(patterns, { minLength: 1, maxLength: 3 }), (list) => {
        const { names, unmatched } = selectNames(list, TUNNELS);
        if (names === undefined) expect(list).toContain(unmatched);
        else expect(ALL).toEqual(expect.arrayContaining([...names]));
      }),
    );
  });

  it('of a name in full is that tunnel', () => {
    const names = uniqueArray(
      string({ minLength: 1 }).filter((name) => !/^tag:|[*?[{]/.test(name)),
    );
    assert(
      property(names, (list) => {
        const tunnels = list.map((name) => tunnel(name));
        for (const name of list) expect(selectNames([name], tunnels)).toEqual({ names: [name] });
      }),
    );
  });
});
