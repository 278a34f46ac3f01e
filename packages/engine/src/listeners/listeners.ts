import { existsSync, readFileSync } from 'node:fs';
import { tcpSockets } from './tcp-sockets.ts';
import { readAddress } from './tcp-table.ts';

/** A TCP socket of this machine that waits for connections. */
export interface Listener {
  /** Without brackets; `0.0.0.0` and `::` are any. */
  readonly address: string;
  readonly port: number;
  /** Names the socket among the descriptors of processes. */
  readonly inode: string;
}

/**
 * Who listens for TCP on this machine. Nobody, where the system does not tell.
 *
 * @param sinceMs - how old the answer may be: see `tcpSockets`.
 * @param pid - in whose network namespace. Default: in that of this process.
 */
export function tcpListeners(sinceMs?: number, pid: number | 'self' = 'self'): readonly Listener[] {
  return tcpSockets(pid, sinceMs)
    .filter(({ state }) => state === 'listening')
    .map(({ hexAddress, port, inode }) => ({ address: readAddress(hexAddress), port, inode }));
}

/** Whether the system tells who listens where this process lives: Linux does, in /proc, until it has ended. */
export function canTellListeners(pid: number): boolean {
  return existsSync(`/proc/${pid}/net/tcp`);
}

/** Whether this machine has ::1, so that ssh listens there too. */
export function hasIpv6Loopback(): boolean {
  try {
    return /^0{31}1 /m.test(readFileSync('/proc/net/if_inet6', 'latin1'));
  } catch {
    return false; // another system, or a kernel without IPv6
  }
}
