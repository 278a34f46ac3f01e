import { runProgram } from '../program/run-program.ts';

/** A reading that takes longer comes too late to be of use. */
const LONGEST_MS = 1000;

/**
 * Asks `ss` of iproute2 for TCP connections: Linux tells more of them than stands in /proc, and only of the network namespace that `ss` lives
 * in. Never rejects; empty where there is no answer.
 *
 * @param filter - which: see ss(8), FILTER.
 */
export async function askSs(filter: readonly string[]): Promise<string> {
  const { stdout } = await runProgram('ss', ['-tieHOn', ...filter], process.env, LONGEST_MS);
  return stdout;
}

const INODE = / ino:(\d+) /;
/** Every connection has one; without it a line has none of the kernel's facts. */
const SEGMENT_SIZE = / mss:\d+/;

/** What `ss -tieO` says of each connection, by its inode; lines that are no connections are left out. */
export function factsByInode(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const [, inode] = INODE.exec(line) ?? [];
      return inode === undefined || !SEGMENT_SIZE.test(line) ? [] : [[inode, line]];
    }),
  );
}

/** The number that a pattern finds among the facts of a connection; what is zero, `ss` leaves out. */
export function numberIn(facts: string, pattern: RegExp): number {
  return Number(pattern.exec(facts)?.[1] ?? 0);
}
