import { createHash } from 'node:crypto';

/** A command's arguments, such that they can be recognised and not read. */
export interface ArgumentHash {
  /** How many words, cut at blanks. */
  readonly words: number;
  readonly sha256: string;
}

/** Hashes the arguments of a command, without the program. */
export function hashArguments(args: readonly string[]): ArgumentHash {
  const words = wordsOf(args.join(' '));
  return { words: words.length, sha256: hashWords(words) };
}

/**
 * Whether a command line has these arguments, one after the other, anywhere in it.
 *
 * The program before them is not compared: under `setpriv`, and where `ssh` is a script that executes another, the same process has had
 * several, and other arguments before and after the ones it was given.
 */
export function hasArguments(
  commandLine: string,
  { words, sha256: wanted }: ArgumentHash,
): boolean {
  const all = wordsOf(commandLine);
  for (let from = 0; from + words <= all.length; from += 1) {
    if (hashWords(all.slice(from, from + words)) === wanted) return true;
  }
  return false;
}

/** ps does not tell blanks at the end, so that none are compared. */
function wordsOf(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

function hashWords(words: readonly string[]): string {
  return createHash('sha256').update(words.join(' ')).digest('hex');
}
