import { runProgram } from '../child/run-program.ts';
import { networkNamespace } from '../listeners/namespace-readings.ts';

/** So many are asked about at once; of more, some will have been served. */
const MOST_ASKED = 16;

/** A reading that takes longer comes too late to be of use. */
const LONGEST_MS = 1000;

/** A socket of ssh's own at this end of a stream. */
export interface StreamSocket {
  readonly inode: string;
  readonly port: number;
}

/**
 * Whether ssh has ever written a byte to one of these sockets: what came through the tunnel. A stream that was opened while the tunnel was
 * dead never gets one. `true` also where the system does not tell.
 *
 * Linux tells, but not in /proc: it is `ss` of iproute2 that asks.
 */
export async function wasServed(pid: number, streams: readonly StreamSocket[]): Promise<boolean> {
  if (streams.length === 0) return false;
  if (streams.length > MOST_ASKED) return true;
  if (networkNamespace(pid) !== networkNamespace('self')) return true;
  const ports = [...new Set(streams.map(({ port }) => `sport = :${port}`))];
  const words = ['-tieHOn', `( ${ports.join(' or ')} )`];
  const { stdout } = await runProgram('ss', words, process.env, LONGEST_MS);
  const sent = parseSentBytes(stdout);
  return streams.some(({ inode }) => (sent.get(inode) ?? 1) > 0);
}

const INODE = / ino:(\d+) /;
const SENT = / bytes_sent:(\d+)/;
/** Every connection has one; without it a line has none of the kernel's facts. */
const SEGMENT_SIZE = / mss:\d+/;

/** Reads what `ss -tieO` says of the bytes that were written to each connection, by its inode; of those that it leaves out there are none. */
export function parseSentBytes(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split('\n').flatMap((line): [string, number][] => {
      const [, inode] = INODE.exec(line) ?? [];
      if (inode === undefined || !SEGMENT_SIZE.test(line)) return [];
      return [[inode, Number(SENT.exec(line)?.[1] ?? 0)]];
    }),
  );
}
