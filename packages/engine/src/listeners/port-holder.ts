import { LOOPBACK } from '../heartbeat/connection.ts';
import { tcpListeners } from './listeners.ts';
import { describeHolder, findHolders, socketInodes, type PortHolder } from './socket-holder.ts';

/** The inode of the socket that a connection to 127.0.0.1 on this port would reach; `undefined` if not known. */
function listenerInode(port: number): string | undefined {
  const there = tcpListeners().filter((listener) => listener.port === port);
  const at = (address: string) => there.find((listener) => listener.address === address)?.inode;
  return at(LOOPBACK) ?? at('0.0.0.0');
}

function holderOf(inode: string): PortHolder | undefined {
  return findHolders(new Set([inode])).get(inode);
}

/** Who listens on this port for connections to 127.0.0.1, where the system tells (Linux). */
export function portHolder(port: number): PortHolder | undefined {
  const inode = listenerInode(port);
  return inode === undefined ? undefined : holderOf(inode);
}

/**
 * A sentence about the stranger who holds a port that should be ssh's; `undefined` if it is ssh's, or nobody's, or if the
 * system does not tell.
 *
 * Another `ssh` is no stranger: with ControlMaster the forward belongs to the user's master.
 */
export function strangerOnPort(port: number, sshPid: number): string | undefined {
  const inode = listenerInode(port);
  const inodes = socketInodes(sshPid);
  if (inode === undefined || inodes === undefined || inodes.has(inode)) return undefined;
  const holder = holderOf(inode);
  if (holder?.program === 'ssh') return undefined;
  return `monitor port ${port} is held by ${describeHolder(holder)}, not by ssh`;
}
