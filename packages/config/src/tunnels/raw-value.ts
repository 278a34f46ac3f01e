import type { KeyPath } from './key-positions.ts';

/** A table as the parser gives it, of which nothing is known yet. */
export type RawTable = Readonly<Record<string, unknown>>;

const LONGEST_SHOWN = 60;

export function isTable(value: unknown): value is RawTable {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}

/** The value at a path; `undefined` where there is none. */
export function valueAt(document: unknown, path: KeyPath): unknown {
  let value = document;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return;
    value = (value as Record<string | number, unknown>)[segment];
  }
  return value;
}

/** A value in a few words: what it is, or itself when it is short. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') {
    const shown = value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
    return JSON.stringify(shown);
  }
  if (Array.isArray(value)) return value.length === 0 ? '[] (an empty list)' : '[...] (a list)';
  if (value instanceof Date) return 'of a date or time';
  return isTable(value) ? '{...} (a table)' : String(value);
}
