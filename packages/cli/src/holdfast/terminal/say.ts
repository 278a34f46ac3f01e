import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** One JSON document on stdout. */
export function sayJson({ out }: Terminal, value: unknown): void {
  out(`${JSON.stringify(value)}\n`);
}

/** One line on stdout. */
export function say({ out }: Terminal, sentence: string): void {
  out(`${printable(sentence)}\n`);
}

/** `1 tunnel`, `2 tunnels`. */
export function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`;
}

/** Names as part of a sentence; `none` if there are none. */
export function listNames(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
