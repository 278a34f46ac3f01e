import type { Socket } from 'node:net';
import { descendantsOf, socketInodes } from '../listeners/socket-holder.ts';

// Checks go through the forwards of a tunnel, where ssh sees connections as any others. These are not what somebody would miss.

const connected = new Set<Socket>();
const commands = new Set<number>();

/** Knows a socket for that of a check for as long as it is open. */
export function noteCheckSocket(socket: Socket): void {
  connected.add(socket);
  socket.once('close', () => connected.delete(socket));
}

/** Knows a program for that of a check, with all that it starts, until what is returned is called. */
export function noteCheckCommand(pid: number): () => void {
  commands.add(pid);
  return () => commands.delete(pid);
}

/** The sockets of the checks that are being asked. */
export interface CheckSockets {
  readonly ports: ReadonlySet<number>;
  readonly inodes: ReadonlySet<string>;
}

export const NO_CHECKS: CheckSockets = { ports: new Set(), inodes: new Set() };

/** Where the connections of checks begin: the local ports of this process's own, and the sockets of programs. */
export function checkSockets(): CheckSockets {
  if (connected.size + commands.size === 0) return NO_CHECKS;
  const pids = [...commands].flatMap((pid) => [pid, ...descendantsOf(pid)]);
  return {
    ports: new Set([...connected].flatMap(({ localPort }) => localPort ?? [])),
    inodes: new Set(pids.flatMap((pid) => [...(socketInodes(pid) ?? [])])),
  };
}
