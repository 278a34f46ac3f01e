import { parse } from 'smol-toml';

/** A place that moves through the text of a TOML document, and knows its words. */
export interface TomlCursor {
  offset(): number;
  isAtEnd(): boolean;
  peek(): string | undefined;
  /** Goes over this character if it is the next. */
  take(character: string): boolean;
  skipBlanks(): void;
  /** Goes over blanks, line ends and comments: inside of lists and inline tables. */
  skipSpace(): void;
  skipLine(): void;
  /** Reads one name of a dotted key, bare or in quotes. */
  readName(): { readonly name: string; readonly start: number; readonly end: number };
  /** Goes over a text, number, date or truth value. */
  skipScalar(): void;
}

export function createTomlCursor(text: string): TomlCursor {
  // A byte order mark is no part of the document.
  let at = text.startsWith('\uFEFF') ? 1 : 0;

  function skipWhile(characters: string): void {
    while (at < text.length && characters.includes(text[at]!)) at += 1;
  }

  function skipUntil(characters: string): void {
    while (at < text.length && !characters.includes(text[at]!)) at += 1;
  }

  function skipSpace(): void {
    for (;;) {
      skipWhile(' \t\r\n');
      if (text[at] !== '#') return;
      skipUntil('\n');
    }
  }

  function skipQuoted(): void {
    const quote = text[at]!;
    const long = quote.repeat(3);
    const isLong = text.startsWith(long, at);
    const mark = isLong ? long : quote;
    at += mark.length;
    while (at < text.length && !text.startsWith(mark, at)) {
      at += quote === '"' && text[at] === '\\' ? 2 : 1;
    }
    at = Math.min(at + mark.length, text.length);
    // Up to two quotes may stand right before the mark that ends a long text.
    for (let more = 0; isLong && more < 2 && text[at] === quote; more += 1) at += 1;
  }

  function skipWord(delimiters: string): void {
    const start = at;
    skipUntil(delimiters);
    while (at > start && ' \t\r'.includes(text[at - 1]!)) at -= 1;
  }

  function skip(delimiters: string): string {
    const start = at;
    if (text[at] === '"' || text[at] === "'") skipQuoted();
    else skipWord(delimiters);
    return text.slice(start, at);
  }

  return {
    offset: () => at,
    isAtEnd: () => at >= text.length,
    peek: () => text[at],
    take: (character) => {
      if (text[at] !== character) return false;
      at += 1;
      return true;
    },
    skipBlanks: () => skipWhile(' \t'),
    skipSpace,
    skipLine: () => skipUntil('\n'),
    readName: () => {
      const start = at;
      const name = unquote(skip(' \t\r\n.=]#,}"\''));
      return { name, start, end: at };
    },
    skipScalar: () => {
      skip(',]}#\n');
    },
  };
}

function unquote(word: string): string {
  if (!word.startsWith('"') && !word.startsWith("'")) return word;
  if (!word.includes('\\')) return word.slice(1, -1);
  try {
    const { name } = parse(`name = ${word}`);
    return typeof name === 'string' ? name : word;
  } catch {
    return word;
  }
}
