const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]/u;

/** How many columns of a terminal a text without control characters takes. */
export function textWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (/^\p{M}$/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** The text, cut with a `…` if it is wider than that. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let cut = '';
  let used = 1;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    cut += character;
  }
  return `${cut}…`;
}

/** Longer lines are hard to read, however wide the terminal is. */
const WIDEST = 100;

/** Where lines are broken, and what stands before them. */
export interface Wrapping {
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
