import { readFileSync, readlinkSync } from 'node:fs';
import { monotonicMs } from '../clock.ts';
import { parseTcpTable, type TcpSocket } from './tcp-table.ts';

interface Reading {
  readonly atMs: number;
  readonly sockets: readonly TcpSocket[];
}

/** The last reading of each network namespace. */
const lastReadings = new Map<string, Reading>();

/** A reading is not kept for longer: the table of a busy machine is large. */
const KEPT_MS = 1000;

/**
 * Every TCP socket in the network namespace of a process, in IPv4 and IPv6. None where the system does not tell: it is Linux that does.
 *
 * The kernel takes milliseconds to print a table, even an empty one, so one reading serves all who are content with its age, such
 * as the tunnels of a fleet that became healthy at about the same time.
 *
 * @param sinceMs - the table may be as old as that, on the clock of {@link monotonicMs}. Default: read in this run of synchronous code.
 */
export function tcpSockets(pid: number | 'self', sinceMs?: number): readonly TcpSocket[] {
  const namespace = networkNamespace(pid);
  const oldestMs = sinceMs ?? runBeganMs();
  const last = lastReadings.get(namespace);
  if (last !== undefined && last.atMs >= oldestMs) return last.sockets;
  const sockets = ['tcp', 'tcp6'].flatMap((table) => readTable(`/proc/${pid}/net/${table}`));
  lastReadings.set(namespace, { atMs: monotonicMs(), sockets });
  forgetting ??= setTimeout(forget, KEPT_MS).unref();
  return sockets;
}

let forgetting: NodeJS.Timeout | undefined;

function forget(): void {
  forgetting = undefined;
  lastReadings.clear();
}

let runMs: number | undefined;

/** When the present run of synchronous code first asked. */
function runBeganMs(): number {
  if (runMs === undefined) {
    runMs = monotonicMs();
    queueMicrotask(() => (runMs = undefined));
  }
  return runMs;
}

function networkNamespace(pid: number | 'self'): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return `of ${pid}`;
  }
}

function readTable(path: string): readonly TcpSocket[] {
  try {
    return parseTcpTable(readFileSync(path, 'latin1'));
  } catch {
    return []; // another system, a kernel without IPv6, or a process that has just ended
  }
}
