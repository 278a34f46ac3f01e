import { descendantsOf, socketDescriptors } from '../listeners/socket-holder.ts';
import { tcpSockets } from '../listeners/tcp-sockets.ts';
import { readAddress, type TcpSocket } from '../listeners/tcp-table.ts';

/** Where the connection of an ssh ends: its server, as far as this machine sees it. */
export interface ServerEnd {
  readonly address: string;
  readonly port: number;
}

/**
 * Where an ssh is connected to; `undefined` if it goes through a jump host or proxy command, has ended, or the system does not tell. It is
 * Linux that does.
 */
export function serverEndOf(sshPid: number): ServerEnd | undefined {
  const descriptors = socketDescriptors(sshPid);
  // ProxyJump and ProxyCommand are children of ssh: the TCP connection is theirs, and what ssh has leads elsewhere.
  if (descriptors === undefined || descendantsOf(sshPid).length > 0) return undefined;
  return firstEnd(descriptors, tcpSockets(sshPid));
}

/**
 * The other end of the connection that ssh opened first. Its listeners and the connections of its forwards come after the login, and a
 * descriptor that is free is given by its number.
 */
export function firstEnd(
  descriptors: ReadonlyMap<string, string>,
  sockets: readonly TcpSocket[],
): ServerEnd | undefined {
  const numberOf = ({ inode }: TcpSocket) => Number(descriptors.get(inode));
  const [first] = sockets
    .filter(({ inode }) => descriptors.has(inode))
    .toSorted((one, other) => numberOf(one) - numberOf(other));
  if (first?.state !== 'established') return undefined;
  return { address: readAddress(first.hexRemoteAddress), port: first.remotePort };
}

/** Whether two connections lead to one server. A machine has an address of each family, so that of two families nothing is told. */
export function areOneServer(
  one: ServerEnd | undefined,
  other: ServerEnd | undefined,
): 'yes' | 'no' | 'not told' {
  if (one === undefined || other === undefined) return 'not told';
  if (one.address.includes(':') !== other.address.includes(':')) return 'not told';
  return one.address === other.address && one.port === other.port ? 'yes' : 'no';
}
