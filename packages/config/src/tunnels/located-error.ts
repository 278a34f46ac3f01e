import { printableLine } from '@holdfast/text';

/** What kind of thing is wrong with a tunnels file. */
export type LocatedErrorCode =
  | 'syntax'
  | 'unknown-key'
  | 'missing-key'
  | 'invalid-value'
  | 'invalid-name'
  | 'unknown-tunnel'
  | 'endless-wait'
  | 'listens-twice'
  | 'unknown-forward';

/** Something wrong in a tunnels file: where, what, and what would be right. */
export interface LocatedError {
  readonly code: LocatedErrorCode;
  /** The name of the file as the caller gave it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units, as editors count. */
  readonly column: number;
  /** How far the marked text goes, on this line; at least 1. */
  readonly length: number;
  /** The key as TOML writes it, such as `tunnels.db.after[0]`; empty for a syntax error. */
  readonly key: string;
  /** What was wrong, with the value. */
  readonly wrong: string;
  /** What is allowed there; empty where the syntax is broken. */
  readonly allowed: string;
  /** What was probably meant. */
  readonly nearest?: string;
}

/** The error in one sentence, lower case, with what is allowed. */
export function errorSentence({ wrong, allowed }: Pick<LocatedError, 'wrong' | 'allowed'>): string {
  return allowed === '' ? wrong : `${wrong}: ${allowed}`;
}

/** Of longer lines only the part around the error is shown. */
const WIDEST_LINE = 120;

/** All errors for a terminal, an empty line between them, in the order of the file. */
export function renderErrors(errors: readonly LocatedError[], text: string): string {
  const lines = text.split('\n');
  return errors.map((error) => renderIn(lines, error)).join('\n\n');
}

/**
 * An error as a terminal shows it: place and sentence, the line of the source with the error marked, and what was probably meant.
 *
 * Plain text. Characters that would steer the terminal are shown as `\uFFFD`.
 */
export function renderError(error: LocatedError, text: string): string {
  return renderIn(text.split('\n'), error);
}

function renderIn(lines: readonly string[], error: LocatedError): string {
  const { file, line, column, nearest } = error;
  const number = String(line);
  const margin = ' '.repeat(number.length);
  const { shown, before, marked } = cut(lines[line - 1] ?? '', error);
  const rows = [
    `${file}:${line}:${column}: ${errorSentence(error)}`,
    `  ${number} | ${shown}`,
    `  ${margin} | ${' '.repeat(before)}${'^'.repeat(marked)}`,
  ];
  if (nearest !== undefined) rows.push(`  ${margin} = did you mean ${nearest}?`);
  return rows.map(printableRow).join('\n');
}

interface Cut {
  readonly shown: string;
  readonly before: number;
  readonly marked: number;
}

function cut(line: string, { column, length }: LocatedError): Cut {
  const source = line.replace(/\r$/, '');
  const at = column - 1;
  const isLong = source.length > WIDEST_LINE;
  const from = isLong
    ? Math.max(0, Math.min(at - WIDEST_LINE / 2, source.length - WIDEST_LINE))
    : 0;
  const to = from + (isLong ? WIDEST_LINE : source.length);
  const head = from > 0 ? '…' : '';
  const tail = to < source.length ? '…' : '';
  return {
    shown: head + source.slice(from, to) + tail,
    before: head.length + countCharacters(source.slice(from, at)),
    marked: Math.max(1, countCharacters(source.slice(at, Math.min(at + length, to)))),
  };
}

/** A character of two code units is one of the terminal's. */
function countCharacters(text: string): number {
  return Array.from(text).length;
}

/** One column each: tabs as well, so that the mark stands below what it marks. */
function printableRow(row: string): string {
  return printableLine(row.replaceAll('\t', ' '));
}
