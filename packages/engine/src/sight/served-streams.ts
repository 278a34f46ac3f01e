import { monotonicMs } from '../clock.ts';
import { isInOwnNamespace } from '../listeners/namespace-readings.ts';
import { askSs, factsByInode, numberIn } from './socket-facts.ts';

/** So many are asked about at once; of more, some will have been served. */
const MOST_ASKED = 16;

/** A socket of ssh's own at this end of a stream. */
export interface StreamSocket {
  readonly inode: string;
  readonly port: number;
}

/** What the system tells of ssh's end of a stream. */
interface StreamLife {
  /** What came through the tunnel. */
  readonly bytesWritten: number;
  /** When it was opened; of one to which something was written, when that was. */
  readonly openedAtMs: number;
}

/** The system's clock for this is coarse. */
const SAME_MOMENT_MS = 10;

/**
 * Whether the server has, as far as anybody knows, opened its end of one of these streams: ssh has written a byte to it, or the server has
 * spoken since ssh let it in. Of a stream that was opened while the tunnel was dead neither is so. `true` also where the system does not tell.
 *
 * @param heardAtMs - when the connection to the server last brought data, on the clock of `monotonicMs`; `undefined` if nobody tells.
 */
export async function wasServed(
  pid: number,
  streams: readonly StreamSocket[],
  heardAtMs: number | undefined,
): Promise<boolean> {
  if (streams.length === 0) return false;
  if (streams.length > MOST_ASKED || heardAtMs === undefined) return true;
  if (!isInOwnNamespace(pid)) return true;
  const ports = [...new Set(streams.map(({ port }) => `sport = :${port}`))];
  const askedMs = monotonicMs();
  const lives = parseLives(await askSs([`( ${ports.join(' or ')} )`]), askedMs);
  return streams.some(({ inode }) => {
    const life = lives.get(inode);
    if (life === undefined) return true;
    return life.bytesWritten > 0 || life.openedAtMs <= heardAtMs + SAME_MOMENT_MS;
  });
}

const SENT = / bytes_sent:(\d+)/;
/** The system sets it when a connection is made, too. */
const LAST_SENT = / lastsnd:(\d+)/;

/**
 * Reads what became of each connection, by its inode, in what `ss` says.
 *
 * @param atMs - when it was asked.
 * @see https://github.com/torvalds/linux/blob/v6.1/net/ipv4/tcp_minisocks.c "newtp->lsndtime = tcp_jiffies32"
 */
export function parseLives(text: string, atMs: number): ReadonlyMap<string, StreamLife> {
  return new Map(
    [...factsByInode(text)].map(([inode, facts]) => [
      inode,
      {
        bytesWritten: numberIn(facts, SENT),
        openedAtMs: atMs - numberIn(facts, LAST_SENT),
      },
    ]),
  );
}
