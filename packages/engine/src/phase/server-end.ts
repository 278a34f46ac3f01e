import { descendantsOf, descriptorLinks, socketInode, STDERR } from '../listeners/socket-holder.ts';
import { byInode, tcpSockets } from '../listeners/tcp-sockets.ts';
import { readAddress, type TcpSocket } from '../listeners/tcp-table.ts';

/** Where the connection of an ssh ends: its server, as far as this machine sees it. */
export interface ServerEnd {
  readonly address: string;
  readonly port: number;
}

/** Where an ssh is connected to; `undefined` where {@link connectionOf} is. */
export function serverEndOf(sshPid: number): ServerEnd | undefined {
  const connection = connectionOf(sshPid);
  if (connection === undefined) return undefined;
  return { address: readAddress(connection.hexRemoteAddress), port: connection.remotePort };
}

/**
 * The connection of an ssh to its server; `undefined` if it goes through a jump host or proxy command, has ended, or the system does not
 * tell. It is Linux that does.
 *
 * @param sinceMs - how old the table may be: see `tcpSockets`.
 */
export function connectionOf(sshPid: number, sinceMs?: number): TcpSocket | undefined {
  const links = descriptorLinks(sshPid);
  if (links === undefined || isProxied(sshPid, links)) return undefined;
  return firstConnection(links, byInode(tcpSockets(sshPid, sinceMs)));
}

/** ProxyJump and ProxyCommand are children of ssh, with pipes to them: the TCP connection is theirs, and what ssh has leads elsewhere. */
function isProxied(sshPid: number, links: ReadonlyMap<string, string>): boolean {
  const hasPipes = [...links].some(([fd, link]) => Number(fd) > STDERR && link.startsWith('pipe:'));
  return hasPipes && descendantsOf(sshPid).length > 0;
}

/**
 * The connection that ssh opened first. Its listeners and the connections of its forwards come after the login, and a descriptor that is
 * free is given by its number.
 *
 * @param links - where its descriptors lead.
 */
export function firstConnection(
  links: ReadonlyMap<string, string>,
  sockets: ReadonlyMap<string, TcpSocket>,
): TcpSocket | undefined {
  const [first] = [...links]
    .toSorted(([one], [other]) => Number(one) - Number(other))
    .flatMap(([, link]) => sockets.get(socketInode(link) ?? '') ?? []);
  return first?.state === 'established' ? first : undefined;
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
