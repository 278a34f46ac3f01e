import type { Reading } from '@holdfast/engine/forward';

type Quote = '"' | "'" | '';

/** How a kind of file writes words with blanks and quotes in them. */
export interface Quoting {
  /** What a backslash and the character behind it stand for; `undefined`: for themselves. */
  readonly unescape: (character: string, quote: Quote) => string | undefined;
  /** What ends a word outside quotes. */
  readonly end: RegExp;
}

/** A word without its quotes, and where the text goes on behind it. */
interface Word {
  readonly text: string;
  readonly next: number;
}

/** Reads one word; `undefined` if a quote in it is never closed. */
export function readWord(source: string, from: number, quoting: Quoting): Word | undefined {
  let [text, quote, at] = ['', '' as Quote, from];
  for (; at < source.length; at += 1) {
    const character = source[at]!;
    if (quote === '' && quoting.end.test(character)) break;
    const escaped = character === '\\' ? unescapeAt(source, at, quote, quoting) : undefined;
    if (escaped !== undefined) {
      text += escaped;
      at += 1;
    } else if (character === quote) quote = '';
    else if (quote === '' && isQuote(character)) quote = character;
    else text += character;
  }
  return quote === '' ? { text, next: at } : undefined;
}

function unescapeAt(source: string, at: number, quote: Quote, quoting: Quoting) {
  const character = source[at + 1];
  return character === undefined ? undefined : quoting.unescape(character, quote);
}

function isQuote(character: string): character is '"' | "'" {
  return character === '"' || character === "'";
}

/** All words of a text, with nothing but blanks between them. */
export function splitWords(source: string, quoting: Quoting): Reading<readonly string[]> {
  const words: string[] = [];
  let at = 0;
  while (at < source.length) {
    if (/\s/.test(source[at]!)) {
      at += 1;
      continue;
    }
    const word = readWord(source, at, quoting);
    if (word === undefined) return { wrong: 'has a quote that is never closed' };
    words.push(word.text);
    at = word.next;
  }
  return { value: words };
}
