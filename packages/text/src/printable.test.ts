import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPrintable, jsonLine, printableLine, printableText } from './printable.ts';

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;

/** Any string of code units, halves of characters too, with what is dangerous in it often. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.nat(0xff_ff).map((unit) => String.fromCharCode(unit)),
    fc.constantFrom('\n', '\r', '\t', '\0', '\u001B', '\u007F', '\u009B', '\u202E', '\u{E0041}'),
    fc.constantFrom('a', ' ', 'é', '日', '🙂'),
  ),
});

describe('a printable line', () => {
  test.each([
    ['plain', 'plain', 'plain'],
    ['text of other scripts, and emoji', 'é e\u0301 日本 🙂', 'é e\u0301 日本 🙂'],
    ['the line ends of two systems, and tabs', 'a\r\nb\n\nc\td', 'a b c d'],
    ['an escape sequence', 'a\u001B[31mred', 'a\uFFFD[31mred'],
    ['the same with a C1 control', '\u009B2J', '\uFFFD2J'],
    ['a title for the window', '\u001B]0;x\u0007', '\uFFFD]0;x\uFFFD'],
    ['NUL, backspace and DEL', '\0\b\u007F', '\uFFFD\uFFFD\uFFFD'],
    ['text that is turned around', 'a\u202Eb\u2066c', 'a\uFFFDb\uFFFDc'],
    ['invisible characters', 'a\u200Bb\uFEFFc\u00ADd', 'a\uFFFDb\uFFFDc\uFFFDd'],
    ['invisible tags', 'a\u{E0041}b', 'a\uFFFDb'],
    ['separators of lines and paragraphs', 'a\u2028b\u2029c', 'a\uFFFDb\uFFFDc'],
    ['half a character', 'a\uD83Db', 'a\uFFFDb'],
    ['private use, and what is not assigned', '\uE000\uFFFE\u{2FFFE}', '\uFFFD\uFFFD\uFFFD'],
  ])('of %s', (_, text, line) => {
    expect(printableLine(text)).toBe(line);
  });

  test('has nothing unprintable in it, and all that was printable', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const line = printableLine(text);
        expect(line).not.toMatch(UNPRINTABLE);
        expect(isPrintable(line)).toBe(true);
        expect(printableLine(line)).toBe(line);
        if (!UNPRINTABLE.test(text)) expect(line).toBe(text);
      }),
    );
  });
});

test('a text is printable where nothing would be taken out of it', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(isPrintable(text)).toBe(!UNPRINTABLE.test(text));
      expect(isPrintable(text)).toBe(printableLine(text) === text);
    }),
  );
});

describe('printable text', () => {
  test.each([
    ['keeps its lines', 'a\n\nb\n', 'a\n\nb\n'],
    ['has the line ends of this system', 'a\r\nb', 'a\nb'],
    ['keeps its columns', '\ta\t\tb', ' a  b'],
    ['does not write over a line', 'a\rb', 'a\uFFFDb'],
    ['steers nothing', 'a\u001B[2J\nb\u009Bc', 'a\uFFFD[2J\nb\uFFFDc'],
  ])('%s', (_, text, printable) => {
    expect(printableText(text)).toBe(printable);
  });

  test('is as many lines as before, each of them printable', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const lines = printableText(text).split('\n');
        expect(lines).toHaveLength(text.split('\n').length);
        for (const line of lines) expect(line).not.toMatch(UNPRINTABLE);
      }),
    );
  });
});

describe('a line of JSON', () => {
  test.each<[value: unknown, line: string]>([
    [{ a: 'b', n: 1, none: null }, '{"a":"b","n":1,"none":null}'],
    ['a\u001B\u007F\u009B\u2028', String.raw`"a\u001b\u007f\u009b\u2028"`],
    ['\u{E0041}', String.raw`"\udb40\udc41"`],
    ['日本 🙂', '"日本 🙂"'],
  ])('for %j', (value, line) => {
    expect(jsonLine(value)).toBe(line);
  });

  test('is printable, and means the same', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, anyText), (value) => {
        const line = jsonLine(value);
        expect(line).not.toMatch(UNPRINTABLE);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
