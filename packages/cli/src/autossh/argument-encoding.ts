import { readFileSync } from 'node:fs';
import { FatalError } from './report.ts';

const REPLACEMENT = '\uFFFD';

/**
 * Refuses arguments that are not UTF-8: Node has already replaced their bytes, and ssh would get something else than the user wrote.
 */
export function checkEncoding(words: readonly string[]): void {
  const suspect = words.findIndex((word) => word.includes(REPLACEMENT));
  if (suspect === -1 || isFaithful(words)) return;
  throw new FatalError(
    `argument ${suspect + 1} is not valid UTF-8 and could not be passed on to ssh unchanged`,
  );
}

/** Whether the words are byte for byte what the system handed over: the user may really mean U+FFFD. */
function isFaithful(words: readonly string[]): boolean {
  try {
    const given = readFileSync('/proc/self/cmdline');
    return given.subarray(-byteLength(words)).equals(Buffer.from(terminated(words)));
  } catch {
    return false;
  }
}

function terminated(words: readonly string[]): string {
  return words.map((word) => `${word}\0`).join('');
}

function byteLength(words: readonly string[]): number {
  return Buffer.byteLength(terminated(words));
}
