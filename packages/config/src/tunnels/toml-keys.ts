import { parse } from 'smol-toml';

/** From `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A key of the document, a table or an element of a list, with what is in it. */
export interface KeyNode {
  /** The key where it is defined; `undefined` for elements and for the document. */
  key: Span | undefined;
  /** The value; `undefined` for tables with a header. */
  value: Span | undefined;
  /** Elements go by their number. */
  readonly members: Map<string, KeyNode>;
  /** A list of tables, `[[like.this]]`: headers lead into its last element. */
  isTableList: boolean;
}

function createNode(): KeyNode {
  return { key: undefined, value: undefined, members: new Map(), isTableList: false };
}

/**
 * Reads where keys and values stand; what they mean is for the parser.
 *
 * The text should be valid TOML, as the parser has found before. Anything else gives fewer keys, or wrong ones, but never an error
 * nor an endless loop.
 */
export function readTomlKeys(text: string): KeyNode {
  const root = createNode();
  const cursor = createTomlCursor(text);
  let table = root;
  for (;;) {
    cursor.skipSpace();
    if (cursor.isAtEnd()) return root;
    if (cursor.peek() === '[') table = readHeader(cursor, root);
    else readPair(cursor, table);
    cursor.skipLine();
  }
}

function readHeader(cursor: TomlCursor, root: KeyNode): KeyNode {
  cursor.take('[');
  const isList = cursor.take('[');
  const node = define(root, cursor);
  if (!isList) return node;
  node.isTableList = true;
  const element = createNode();
  element.key = node.key;
  node.members.set(String(node.members.size), element);
  return element;
}

function readPair(cursor: TomlCursor, table: KeyNode): void {
  const node = define(table, cursor);
  cursor.skipBlanks();
  if (!cursor.take('=')) return;
  cursor.skipBlanks();
  readValue(cursor, node);
}

/** The node of the dotted key at the cursor; nodes on the way are made where they are missing. */
function define(from: KeyNode, cursor: TomlCursor): KeyNode {
  let node = from;
  let span: Span = { start: cursor.offset(), end: cursor.offset() };
  do {
    cursor.skipBlanks();
    const { name, ...place } = cursor.readName();
    node = member(lastElement(node), name);
    node.key ??= place;
    span = place;
    cursor.skipBlanks();
  } while (cursor.take('.'));
  // A header may have been gone through before it was written: [a.b], then [a].
  node.key = span;
  return node;
}

function lastElement(node: KeyNode): KeyNode {
  if (!node.isTableList) return node;
  return node.members.get(String(node.members.size - 1)) ?? node;
}

function member(node: KeyNode, name: string): KeyNode {
  const known = node.members.get(name);
  if (known !== undefined) return known;
  const made = createNode();
  node.members.set(name, made);
  return made;
}

function readValue(cursor: TomlCursor, node: KeyNode): void {
  const start = cursor.offset();
  if (cursor.take('[')) readElements(cursor, node);
  else if (cursor.take('{')) readInlineTable(cursor, node);
  else cursor.skipScalar();
  node.value = { start, end: cursor.offset() };
}

function readElements(cursor: TomlCursor, list: KeyNode): void {
  for (let index = 0; !isClosed(cursor, ']'); index += 1) {
    const element = createNode();
    list.members.set(String(index), element);
    readValue(cursor, element);
    cursor.skipSpace();
    if (!cursor.take(',') && cursor.peek() !== ']') return;
  }
}

function readInlineTable(cursor: TomlCursor, table: KeyNode): void {
  while (!isClosed(cursor, '}')) {
    readPair(cursor, table);
    cursor.skipSpace();
    if (!cursor.take(',') && cursor.peek() !== '}') return;
  }
}

function isClosed(cursor: TomlCursor, bracket: string): boolean {
  cursor.skipSpace();
  return cursor.isAtEnd() || cursor.take(bracket);
}

/** A place that moves through the text of a TOML document, and knows its words. */
interface TomlCursor {
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

function createTomlCursor(text: string): TomlCursor {
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
