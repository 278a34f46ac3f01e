import { monotonicMs } from '../clock.ts';
import { isInOwnNamespace, LOST_TOGETHER_MS } from '../listeners/namespace-readings.ts';
import { askSs, factsByInode, numberIn } from './socket-facts.ts';

/** When a connection last brought something, on the clock of {@link monotonicMs}. */
export interface Receipts {
  readonly acknowledgementAtMs: number;
  readonly dataAtMs: number;
}

/** By the inodes of sockets. */
type Reading = ReadonlyMap<string, Receipts>;

interface Run {
  readonly reading: Promise<Reading>;
  /** `undefined`: it runs. */
  endedMs: number | undefined;
}

/** The last reading of connections to each port. */
const runs = new Map<number, Run>();

/** When a connection of a process to a port last brought something; `undefined` where the system does not tell. */
export async function receiptsOf(
  pid: number,
  { inode, remotePort }: { readonly inode: string; readonly remotePort: number },
): Promise<Receipts | undefined> {
  if (!isInOwnNamespace(pid)) return undefined;
  const last = runs.get(remotePort);
  const isFresh =
    last !== undefined && (last.endedMs ?? Infinity) > monotonicMs() - LOST_TOGETHER_MS;
  const { reading } = isFresh ? last : startReading(remotePort);
  return (await reading).get(inode);
}

function startReading(port: number): Run {
  const run: Run = { reading: read(port), endedMs: undefined };
  runs.set(port, run);
  void run.reading.then(() => {
    run.endedMs = monotonicMs();
    setTimeout(() => {
      if (runs.get(port) === run) runs.delete(port);
    }, LOST_TOGETHER_MS).unref();
  });
  return run;
}

async function read(port: number): Promise<Reading> {
  const startedMs = monotonicMs();
  return parseReceipts(await askSs(['state', 'established', `dport = :${port}`]), startedMs);
}

const LAST_ACKNOWLEDGEMENT = / lastack:(\d+)/;
const LAST_DATA = / lastrcv:(\d+)/;

/**
 * Reads when connections last brought something in what `ss` says.
 *
 * @param atMs - when it was asked. What came is no older than this minus the milliseconds that it says; those it leaves out are none.
 */
export function parseReceipts(text: string, atMs: number): Reading {
  return new Map(
    [...factsByInode(text)].map(([inode, facts]) => [
      inode,
      {
        acknowledgementAtMs: atMs - numberIn(facts, LAST_ACKNOWLEDGEMENT),
        dataAtMs: atMs - numberIn(facts, LAST_DATA),
      },
    ]),
  );
}
