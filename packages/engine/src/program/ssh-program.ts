import { closeSync, openSync, readSync } from 'node:fs';
import { findProgram } from './find-program.ts';

/** Options of ssh_config by which a program is known: `controlpersist` has been in every OpenSSH since 5.6, and is in no other client. */
const SIGN = 'controlpersist';

const PIECE_BYTES = 256 * 1024;
/** Longer than any keyword. */
const OVERLAP = 64;
/** A script that is longer does more than to call ssh. */
const LONGEST_SCRIPT = 64 * 1024;

/**
 * Which of these options of ssh_config, in lower case, a program knows; `undefined` if it is neither OpenSSH's client nor a script that
 * hands all its words on to one. An ssh that does not know an option ends with status 255 when it is given.
 *
 * The program is read and not run: `ssh -V` takes several times as long as to look for keywords in its file, and a script could do anything.
 *
 * @internal For the packages of Holdfast.
 */
export function knownSshOptions(
  file: string,
  options: readonly string[],
): ReadonlySet<string> | undefined {
  const words = findWords(scriptTarget(file) ?? file, [SIGN, ...options]);
  return words.delete(SIGN) ? words : undefined;
}

/** The words that a program has in it, as a C string is: between zero bytes. */
function findWords(file: string, wanted: readonly string[]): Set<string> {
  const found = new Set<string>();
  readPieces(file, (piece) => {
    for (const word of wanted) if (piece.includes(`\0${word}\0`, 'latin1')) found.add(word);
    return found.size < wanted.length;
  });
  return found;
}

/** Reads a file in pieces that overlap, until that is enough; not at all if it cannot be read. */
function readPieces(file: string, isToGoOn: (piece: Buffer) => boolean): void {
  withFile(file, (descriptor) => {
    const buffer = Buffer.alloc(OVERLAP + PIECE_BYTES);
    for (;;) {
      const bytes = readSync(descriptor, buffer, OVERLAP, PIECE_BYTES, null);
      if (bytes === 0 || !isToGoOn(buffer.subarray(0, OVERLAP + bytes))) return;
      buffer.copy(buffer, 0, bytes, bytes + OVERLAP);
    }
  });
}

/** `exec /usr/bin/ssh -F file "$@"`, with whatever stands in front of ssh. */
const HANDS_ON = /(?:^|[\s;&|"'])(?<ssh>(?:\/[\w.+/-]*\/)?ssh)\b[^\n;&|#]*?"?\$(?:@|\{@\})/m;

/** A script that looks at its words may refuse those of a heartbeat. */
const LOOKS_AT_WORDS = /\$\{?[1-9#]|\b(?:shift|getopts?|case|for|grep|exit\s+[1-9])\b|\bset\s+--/;

const COMMENT = /^\s*#.*$/gm;
/** How old shells are given all words. */
const ALL_WORDS = /\$\{1\+"\$@"\}/g;

/** The ssh that a shell script hands all its words on to. */
function scriptTarget(file: string): string | undefined {
  let text = '';
  withFile(file, (descriptor) => {
    const start = Buffer.alloc(LONGEST_SCRIPT);
    const bytes = readSync(descriptor, start, 0, 2, 0);
    if (start.toString('latin1', 0, bytes) !== '#!') return;
    text = start.toString('latin1', 0, readSync(descriptor, start, 0, LONGEST_SCRIPT, 0));
  });
  const script = text.replaceAll(COMMENT, '').replaceAll(ALL_WORDS, '"$@"');
  if (text.length === LONGEST_SCRIPT || LOOKS_AT_WORDS.test(script)) return undefined;
  return HANDS_ON.exec(script)?.groups?.['ssh'];
}

function withFile(file: string, read: (descriptor: number) => void): void {
  const found = findProgram(file);
  if ('problem' in found) return;
  let descriptor: number | undefined;
  try {
    descriptor = openSync(found.path, 'r');
    read(descriptor);
  } catch {
    // A program that may be run but not read: nobody can tell.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
