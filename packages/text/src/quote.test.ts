import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quoted, shellWord } from './quote.ts';

describe('a word for a shell', () => {
  test.each([
    ['deploy@web.example:22', 'deploy@web.example:22'],
    ['/run/a_b-c/%n,1+2', '/run/a_b-c/%n,1+2'],
    ['-oPort=22', '-oPort=22'],
    ['', "''"],
    ['=ls', "'=ls'"],
    ['~/key', "'~/key'"],
    ['a b', "'a b'"],
    ['$(reboot)', "'$(reboot)'"],
    ["it's", String.raw`'it'\''s'`],
    ['a\nb', "'a\nb'"],
  ])('of %j is %s', (text, word) => {
    expect(shellWord(text)).toBe(word);
  });

  test('is read by a shell as the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '=', "'", ' ', '"', '$', '`', ';', '\n') }),
        (text) => {
          expect(asShellReads(shellWord(text))).toBe(text);
        },
      ),
    );
  });
});

/** What sh makes of a word of plain characters, single quotes, and `\'`. @see POSIX, Shell Command Language, 2.2 */
function asShellReads(word: string): string {
  return [...word.matchAll(/'([^']*)'|\\(')|([\w=])/g)]
    .map(([, inQuotes, escaped, plain]) => inQuotes ?? escaped ?? plain ?? '')
    .join('');
}

describe('a text in a sentence', () => {
  test.each([
    ['web', '"web"'],
    ['say "no"', String.raw`"say \"no\""`],
    ['日本 🙂', '"日本 🙂"'],
    ['a\nb\u001B', String.raw`"a\nb\u001b"`],
    ['\u009B\u202E', String.raw`"\u{9b}\u{202e}"`],
  ])('%j is %s', (text, words) => {
    expect(quoted(text)).toBe(words);
  });

  test('cannot end its quotes, or steer a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(quoted(text)).toMatch(/^"(?:[^"\\]|\\.)*"$/u);
        expect(quoted(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
