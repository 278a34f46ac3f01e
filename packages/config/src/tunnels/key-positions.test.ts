import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { createLineCounter, readKeyPositions, type KeyPath } from './key-positions.ts';

function textAt(text: string, path: KeyPath, part: 'key' | 'value'): string {
  const { start, end } = readKeyPositions(text).find(path, part);
  return text.slice(start, end);
}

describe('places of keys and values', () => {
  it.each<[what: string, text: string, path: KeyPath, key: string, value: string]>([
    ['a key', 'a = 1', ['a'], 'a', '1'],
    ['a key with blanks and a comment', ' a\t=  1 # x', ['a'], 'a', '1'],
    ['a later key', '# c\n\nb = 2\r\na = 1\r\n', ['a'], 'a', '1'],
    ['a dotted key', 'a . b."c d" = 1', ['a', 'b', 'c d'], '"c d"', '1'],
    ['a quoted key with escapes', '"\\u0061\\"" = 1', ['a"'], '"\\u0061\\""', '1'],
    ['a literal key', "'a.b' = 1", ['a.b'], "'a.b'", '1'],
    ['an empty key', '"" = 1', [''], '""', '1'],
    ['a table', '[a.b]\nc = 1', ['a', 'b'], 'b', 'b'],
    ['a key in a table', '[ a . b ]\nc = 1', ['a', 'b', 'c'], 'c', '1'],
    ['a table defined after its child', '[a.b]\n[a]\nc = 1', ['a'], 'a', 'a'],
    ['a key in an inline table', 'a = { b = 1, c.d = "x" }', ['a', 'c', 'd'], 'd', '"x"'],
    ['an inline table', 'a = { b = 1 }', ['a'], 'a', '{ b = 1 }'],
    ['an element', 'a = ["x", [1, 2], "y"]', ['a', 1, 1], '2', '2'],
    ['an element behind comments', 'a = [ # [\n 1, # ]\n 2,\n]', ['a', 1], '2', '2'],
    ['an element of inline tables', 'a = [{ b = 1 }, { b = 2 }]', ['a', 1, 'b'], 'b', '2'],
    ['a list of tables', '[[a]]\nb = 1\n[[a]]\nb = 2', ['a', 1, 'b'], 'b', '2'],
    ['a table in a list of tables', '[[a]]\n[[a]]\n[a.b]\nc = 3', ['a', 1, 'b', 'c'], 'c', '3'],
    ['a text with marks in it', 'a = "x # \\" ] ="\nb = 1', ['b'], 'b', '1'],
    ['a literal text', "a = 'x \\'\nb = 1", ['b'], 'b', '1'],
    ['a long text', 'a = """\n[b]\n\\""" x""""\nb = 1', ['b'], 'b', '1'],
    ['a long literal text', "a = '''\n[b]\n''''\nb = 1", ['b'], 'b', '1'],
    ['a date with a blank', 'a = 1979-05-27 07:32:00 # x', ['a'], 'a', '1979-05-27 07:32:00'],
    ['a key behind a byte order mark', '\uFEFFa = 1', ['a'], 'a', '1'],
  ])('%s', (_, text, path, key, value) => {
    parse(text);
    expect(textAt(text, path, 'key')).toBe(key);
    expect(textAt(text, path, 'value')).toBe(value);
  });

  it('a missing key has the place of its table', () => {
    expect(textAt('[a.b]\nc = 1', ['a', 'b', 'host'], 'value')).toBe('b');
    expect(textAt('[a.b]\nc = 1', ['x'], 'value')).toBe('');
  });

  it('every value of any document is found where it stands', () => {
    const word = fc
      .string({ unit: 'binary', maxLength: 8 })
      .filter((text) => !/\p{Cs}/u.test(text));
    const { document } = fc.letrec((tie) => ({
      scalar: fc.oneof(word, fc.boolean(), fc.integer()),
      value: fc.oneof(
        { maxDepth: 3 },
        tie('scalar'),
        fc.array(tie('scalar'), { maxLength: 3 }),
        tie('document'),
        fc.array(tie('document'), { maxLength: 3 }),
      ),
      document: fc.dictionary(word, tie('value'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(document, (tables) => {
        const text = stringify(tables);
        const positions = readKeyPositions(text);
        for (const [path, value] of scalars(parse(text), [])) {
          const { start, end } = positions.find(path, 'value');
          expect(parse(`value = ${text.slice(start, end)}`)['value']).toEqual(value);
        }
      }),
    );
  });

  it('any text is gone through to its end, and no place lies outside', () => {
    const word = fc.constantFrom(...Array.from('[]{}=.,#"\'\\\n\r \tab'), '"""', "'''", '[[', ']]');
    const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(''));
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (any) => {
        const { start, end } = readKeyPositions(any).find(['a', 0, 'b'], 'value');
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(any.length);
      }),
    );
  });
});

function scalars(value: unknown, path: KeyPath): [path: KeyPath, value: unknown][] {
  if (Array.isArray(value)) {
    return value.flatMap((each: unknown, index) => scalars(each, [...path, index]));
  }
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, each]) => scalars(each, [...path, key]));
}

describe('lines and columns', () => {
  it.each([
    ['', 0, 1, 1],
    ['ab', 2, 1, 3],
    ['a\nb', 2, 2, 1],
    ['a\r\nbc\n', 4, 2, 2],
    ['a\r\nbc\n', 6, 3, 1],
  ])('in %j offset %i is %i:%i', (text, offset, line, column) => {
    expect(createLineCounter(text)(offset)).toEqual({ line, column });
  });
});
