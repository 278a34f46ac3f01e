import { jsonLine, printableLine } from '@holdfast/text';
import type { Terminal } from './terminal.ts';

/** One JSON document on stdout, with nothing in it that steers a terminal. */
export function sayJson({ out }: Pick<Terminal, 'out'>, value: unknown): void {
  out(`${jsonLine(value)}\n`);
}

/** One line on stdout. */
export function say({ out }: Pick<Terminal, 'out'>, sentence: string): void {
  out(`${printableLine(sentence)}\n`);
}

/** A point in time on this machine's clock: `2026-01-31 17:05:09`. */
export function formatLocalTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(two).join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}
