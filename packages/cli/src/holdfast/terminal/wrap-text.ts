import { textWidth } from './text-width.ts';

/** Longer lines are hard to read, however wide the terminal is. */
const WIDEST = 100;

interface Wrapping {
  /** Columns of the terminal; `Infinity`: lines are not broken. */
  readonly columns: number;
  /** Before the first line. */
  readonly first?: string;
  /** Before the others. */
  readonly rest?: string;
}

/** A sentence as lines that fit, broken between words. */
export function wrapText(
  text: string,
  { columns, first = '', rest = first }: Wrapping,
): readonly string[] {
  const width = Number.isFinite(columns) ? Math.max(20, Math.min(columns, WIDEST)) : columns;
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
