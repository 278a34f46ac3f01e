import { isInOwnNamespace } from '../listeners/namespace-readings.ts';
import { askSs, factsByInode, numberIn } from './socket-facts.ts';

/** So many are asked about at once; of more, some will have been served. */
const MOST_ASKED = 16;

/** A socket of ssh's own at this end of a stream. */
export interface StreamSocket {
  readonly inode: string;
  readonly port: number;
}

/**
 * Whether ssh has ever written a byte to one of these sockets: what came through the tunnel. A stream that was opened while the tunnel was
 * dead never gets one. `true` also where the system does not tell.
 */
export async function wasServed(pid: number, streams: readonly StreamSocket[]): Promise<boolean> {
  if (streams.length === 0) return false;
  if (streams.length > MOST_ASKED) return true;
  if (!isInOwnNamespace(pid)) return true;
  const ports = [...new Set(streams.map(({ port }) => `sport = :${port}`))];
  const sent = parseSentBytes(await askSs([`( ${ports.join(' or ')} )`]));
  return streams.some(({ inode }) => (sent.get(inode) ?? 1) > 0);
}

const SENT = / bytes_sent:(\d+)/;

/** Reads how many bytes were written to each connection, by its inode, in what `ss` says. */
export function parseSentBytes(text: string): ReadonlyMap<string, number> {
  return new Map([...factsByInode(text)].map(([inode, facts]) => [inode, numberIn(facts, SENT)]));
}
