import { runProgram } from '../child/run-program.ts';
import { monotonicMs } from '../clock.ts';
import { networkNamespace } from '../listeners/namespace-readings.ts';

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

/** One reading serves the tunnels that were lost together. */
const AS_OLD_AS_MS = 50;

/** A reading that takes longer comes too late to be of use. */
const LONGEST_MS = 1000;

/**
 * When a connection of a process to a port last brought something; `undefined` where the system does not tell.
 *
 * Linux does, but not in /proc: it is `ss` of iproute2 that asks, and only about the network namespace that it lives in.
 */
export async function receiptsOf(
  pid: number,
  { inode, remotePort }: { readonly inode: string; readonly remotePort: number },
): Promise<Receipts | undefined> {
  if (networkNamespace(pid) !== networkNamespace('self')) return undefined;
  const last = runs.get(remotePort);
  const isFresh = last !== undefined && (last.endedMs ?? Infinity) > monotonicMs() - AS_OLD_AS_MS;
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
    }, AS_OLD_AS_MS).unref();
  });
  return run;
}

async function read(port: number): Promise<Reading> {
  const startedMs = monotonicMs();
  const words = ['-tieHOn', 'state', 'established', `dport = :${port}`];
  const { stdout } = await runProgram('ss', words, process.env, LONGEST_MS);
  return parseReceipts(stdout, startedMs);
}

const INODE = / ino:(\d+) /;
const LAST_ACKNOWLEDGEMENT = / lastack:(\d+)/;
const LAST_DATA = / lastrcv:(\d+)/;

/** Every connection has one; without it a line has none of the kernel's facts. */
const SEGMENT_SIZE = / mss:\d+/;

/**
 * Reads what `ss -tieO` says; lines that are no connections are left out.
 *
 * @param atMs - when it was asked. What came is no older than this minus the milliseconds that it says; those it leaves out are none.
 */
export function parseReceipts(text: string, atMs: number): Reading {
  return new Map(
    text.split('\n').flatMap((line): [string, Receipts][] => {
      const [, inode] = INODE.exec(line) ?? [];
      if (inode === undefined || !SEGMENT_SIZE.test(line)) return [];
      const at = (age: RegExp) => atMs - Number(age.exec(line)?.[1] ?? 0);
      return [[inode, { acknowledgementAtMs: at(LAST_ACKNOWLEDGEMENT), dataAtMs: at(LAST_DATA) }]];
    }),
  );
}
