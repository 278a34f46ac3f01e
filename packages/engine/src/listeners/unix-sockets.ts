import { lstatSync, readFileSync } from 'node:fs';
import { NamespaceReadings, type Pid } from './namespace-readings.ts';

/** A Unix socket with a path, as the kernel lists it in `/proc/net/unix`. */
export interface UnixSocket {
  /** As whoever bound it wrote it; a file need not be there any more. */
  readonly path: string;
  /** Names the socket among the descriptors of processes: it is not that of its file. */
  readonly inode: string;
  readonly isListening: boolean;
  /** One end of a connection: it has the path of the listener that took it, and may outlive that one. */
  readonly isConnected: boolean;
}

/** Number, references, protocol, flags, type, state, inode, path. */
const ROW = /^[\dA-Fa-f]+: \S+ \S+ ([\dA-Fa-f]{8}) \S+ (\S+) +(\d+) (.+)$/;

/** `__SO_ACCEPTCON` of the kernel's net.h. */
const ACCEPTS_CONNECTIONS = 0x1_0000;
/** `SS_CONNECTED`, likewise. */
const CONNECTED = '03';

const readings = new NamespaceReadings(readTable);

/**
 * Every Unix socket with a path, in the network namespace of a process. None where the system does not tell.
 *
 * @param sinceMs - how old the table may be: see {@link NamespaceReadings}.
 */
export function unixSockets(pid: Pid, sinceMs?: number): readonly UnixSocket[] {
  return readings.of(pid, sinceMs);
}

function readTable(pid: Pid): readonly UnixSocket[] {
  try {
    return parseUnixTable(readFileSync(`/proc/${pid}/net/unix`, 'utf8'));
  } catch {
    return [];
  }
}

/**
 * Reads a table of Unix sockets; lines that are none, or have no path, are left out.
 *
 * @see proc(5), /proc/net/unix
 */
export function parseUnixTable(text: string): readonly UnixSocket[] {
  return text.split('\n').flatMap((line) => {
    const [, flags, state, inode, path] = ROW.exec(line) ?? [];
    if (flags === undefined || inode === undefined || path === undefined) return [];
    const isListening = (Number.parseInt(flags, 16) & ACCEPTS_CONNECTIONS) !== 0;
    return [{ path, inode, isListening, isConnected: state === CONNECTED }];
  });
}

/** Tells one file from another that takes its place; `undefined` if no socket is at the path. */
export function socketFileAt(path: string): string | undefined {
  try {
    const facts = lstatSync(path);
    return facts.isSocket() ? `${facts.dev}:${facts.ino}` : undefined;
  } catch {
    return undefined;
  }
}
