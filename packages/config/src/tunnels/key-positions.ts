import { readTomlKeys, type KeyNode, type Span } from './toml-keys.ts';

/** The way to a value in a document: names of keys, and numbers of elements. */
export type KeyPath = readonly (string | number)[];

/** Where the keys and values of a document stand in its text. */
interface KeyPositions {
  /**
   * The place of a key or its value.
   *
   * Where the document has no such key, the nearest place around it: the key of the table it would belong to.
   */
  find(path: KeyPath, part: 'key' | 'value'): Span;
}

const START: Span = { start: 0, end: 0 };

/** Finds the place of every key in a TOML document. Never throws; what is no TOML has no places. */
export function readKeyPositions(text: string): KeyPositions {
  const root = readTomlKeys(text);
  return { find: (path, part) => findSpan(root, path, part) };
}

function findSpan(root: KeyNode, path: KeyPath, part: 'key' | 'value'): Span {
  let node = root;
  let around = START;
  for (const segment of path) {
    const member = node.members.get(String(segment));
    if (member === undefined) return around;
    node = member;
    around = node.key ?? node.value ?? around;
  }
  return (part === 'value' ? node.value : node.key) ?? around;
}

/** A place in a text as people count it. */
export interface LineColumn {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units, as editors count. */
  readonly column: number;
}

/** Turns offsets into lines and columns. */
export function createLineCounter(text: string): (offset: number) => LineColumn {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  };
}
