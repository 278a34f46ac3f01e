import { NO_CHECKS, type CheckSockets } from '../checks/check-sockets.ts';
import { isControlSocket } from '../listeners/control-socket.ts';
import { socketInode } from '../listeners/socket-holder.ts';
import { byInode } from '../listeners/tcp-sockets.ts';
import { readAddress, type TcpSocket } from '../listeners/tcp-table.ts';
import type { UnixSocket } from '../listeners/unix-sockets.ts';

/** The descriptors of an ssh, and what is known of the sockets around it. */
export interface StreamFacts {
  /** Where each of its descriptors leads that counts. */
  readonly links: readonly string[];
  /** The inode of its connection to the server. */
  readonly connection: string;
  readonly tcp: readonly TcpSocket[];
  readonly unix: readonly UnixSocket[];
  readonly controlPath: string;
  readonly checks: CheckSockets;
}

/**
 * How many streams an ssh carries: connections of its forwards, whichever kind, and Unix sockets. A session over its control socket is one
 * as well: ssh has its terminal or pipes then. Holdfast's own checks are none, nor are clients of the control socket.
 */
export function countStreams(facts: StreamFacts): number {
  const hasSession = facts.links.some((link) => link !== '' && socketInode(link) === undefined);
  return streamInodes(facts).length + (hasSession ? 1 : 0);
}

/** The sockets of ssh's own at this end of the streams. */
export function streamInodes(facts: StreamFacts): readonly string[] {
  return facts.links
    .map(socketInode)
    .filter((inode) => inode !== undefined && isStream(inode, facts)) as readonly string[];
}

function isStream(inode: string, facts: StreamFacts): boolean {
  if (inode === facts.connection) return false;
  const tcp = byInode(facts.tcp).get(inode);
  if (tcp !== undefined) return isTcpStream(tcp, facts);
  const unix = facts.unix.find((socket) => socket.inode === inode);
  // One that is in neither table has no path: ssh has connected it to something that has.
  return unix === undefined || !(unix.isListening || isControlSocket(unix, facts.controlPath));
}

function isTcpStream(socket: TcpSocket, { tcp, checks }: StreamFacts): boolean {
  switch (socket.state) {
    case 'listening':
    case 'syn-sent':
      return false;
    case 'half-closed': {
      // Whoever only said that it sends nothing more still has its own end. ssh cannot let go before its server has answered.
      const other = otherEnd(socket, tcp);
      return other === undefined ? !isLoopback(socket.hexRemoteAddress) : other.inode !== ORPHAN;
    }
    default:
      return checks === NO_CHECKS || !isOfCheck(otherEnd(socket, tcp), checks);
  }
}

/** A socket that no process has any more. */
const ORPHAN = '0';

function isOfCheck(socket: TcpSocket | undefined, { ports, inodes }: CheckSockets): boolean {
  return socket !== undefined && (ports.has(socket.port) || inodes.has(socket.inode));
}

/** The socket at the other end, if it is on this machine. One of IPv6 may be the end of a connection of IPv4. */
function otherEnd(
  { hexAddress, port, hexRemoteAddress, remotePort }: TcpSocket,
  tcp: readonly TcpSocket[],
): TcpSocket | undefined {
  return tcp.find(
    (other) =>
      other.port === remotePort &&
      other.remotePort === port &&
      readAddress(other.hexAddress) === readAddress(hexRemoteAddress) &&
      readAddress(other.hexRemoteAddress) === readAddress(hexAddress),
  );
}

function isLoopback(hexAddress: string): boolean {
  const address = readAddress(hexAddress);
  return address === '::1' || address.startsWith('127.');
}
