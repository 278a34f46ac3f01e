import { readFileSync } from 'node:fs';
import { NamespaceReadings, type Pid } from './namespace-readings.ts';
import { parseTcpTable, type TcpSocket } from './tcp-table.ts';

const readings = new NamespaceReadings((pid) =>
  ['tcp', 'tcp6'].flatMap((table) => readTable(`/proc/${pid}/net/${table}`)),
);

/**
 * Every TCP socket in the network namespace of a process, in IPv4 and IPv6. None where the system does not tell: it is Linux that does.
 *
 * @param sinceMs - how old the table may be: see {@link NamespaceReadings}.
 */
export function tcpSockets(pid: Pid, sinceMs?: number): readonly TcpSocket[] {
  return readings.of(pid, sinceMs);
}

const indexes = new WeakMap<readonly TcpSocket[], ReadonlyMap<string, TcpSocket>>();

/** The sockets of one reading by their inodes. */
export function byInode(sockets: readonly TcpSocket[]): ReadonlyMap<string, TcpSocket> {
  let index = indexes.get(sockets);
  if (index === undefined) {
    index = new Map(sockets.map((socket) => [socket.inode, socket]));
    indexes.set(sockets, index);
  }
  return index;
}

function readTable(path: string): readonly TcpSocket[] {
  try {
    return parseTcpTable(readFileSync(path, 'latin1'));
  } catch {
    return []; // another system, a kernel without IPv6, or a process that has just ended
  }
}
