import { endianness } from 'node:os';
import { SocketAddress } from 'node:net';

/** A TCP socket, as the kernel lists it in `/proc/net/tcp` or `/proc/net/tcp6`. */
export interface TcpSocket {
  /** As the kernel prints it: see {@link readAddress}. */
  readonly hexAddress: string;
  readonly port: number;
  /** The other end, likewise; zeros where there is none. */
  readonly hexRemoteAddress: string;
  readonly remotePort: number;
  readonly state: TcpState;
  /** Names the socket among the descriptors of processes. */
  readonly inode: string;
  /** How many bytes were written to it that the other end's system has not acknowledged, sent or not. */
  readonly unacknowledged: number;
  /** The next sending of what nobody acknowledged; absent where there is none to come. */
  readonly resend?: Resend;
}

/** What the kernel's timer is set for: to send again what nobody acknowledged. */
export interface Resend {
  readonly inMs: number;
  /** How long after the last sending. It doubles each time. */
  readonly intervalMs: number;
  /** How often it was sent again since the other end's system last acknowledged anything. */
  readonly times: number;
}

/** Of one that is half closed only the other end has said that it sends nothing more. */
export type TcpState = 'established' | 'syn-sent' | 'half-closed' | 'listening' | 'other';

/** @see https://github.com/torvalds/linux/blob/v6.1/include/net/tcp_states.h */
const STATES: Readonly<Record<string, TcpState>> = {
  '01': 'established',
  '02': 'syn-sent',
  '08': 'half-closed',
  '0A': 'listening',
};

/** Number, local address and port, remote ones, state, queues, timer, times, two columns of no interest, inode, references, place; time-out. */
const ROW =
  /^\s*\d+: ([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4}) ([\dA-F]+):([\dA-F]{4}) ([\dA-F]{2}) ([\dA-F]+):\S+ (\S+) ([\dA-F]+)(?:\s+\S+){2}\s+(\d+)(?:\s+\S+){2}(?:\s+(\d+))?/;

/** The timer that runs is the one for sending again, and when it is over, in hundredths of a second (`USER_HZ`). */
const RESEND = /^01:([\dA-F]{8})$/;

const MAPPED_IPV4 = '::ffff:';

/**
 * Reads a table of TCP sockets; lines that are no sockets are left out.
 *
 * @see proc(5), /proc/net/tcp
 */
export function parseTcpTable(text: string): readonly TcpSocket[] {
  return text.split('\n').flatMap((line) => {
    const [, hexAddress, port, hexRemoteAddress, remotePort, state, queued, ...rest] =
      ROW.exec(line) ?? [];
    const [timer, times, inode, interval = '0'] = rest;
    if (inode === undefined) return [];
    const [, ticks] = RESEND.exec(timer!) ?? [];
    return {
      hexAddress: hexAddress!,
      port: hex(port),
      hexRemoteAddress: hexRemoteAddress!,
      remotePort: hex(remotePort),
      state: STATES[state!] ?? 'other',
      inode,
      unacknowledged: hex(queued),
      ...(ticks === undefined
        ? {}
        : {
            resend: { inMs: hex(ticks) * 10, intervalMs: Number(interval) * 10, times: hex(times) },
          }),
    };
  });
}

function hex(digits: string | undefined): number {
  return Number.parseInt(digits!, 16);
}

/**
 * Reads an address: without brackets, in its shortest form; an IPv4 address mapped into IPv6 is an IPv4 address.
 *
 * The kernel prints words of 32 bits, in the order of the machine's own bytes.
 */
export function readAddress(hexAddress: string, byteOrder = endianness()): string {
  const bytes = Buffer.from(hexAddress, 'hex');
  if (byteOrder === 'LE') bytes.swap32();
  if (bytes.length === 4) return bytes.join('.');
  const address = canonicalIpv6(bytes.toString('hex').replace(/.{4}(?!$)/g, '$&:'));
  return address.startsWith(MAPPED_IPV4) ? address.slice(MAPPED_IPV4.length) : address;
}

/** An IPv6 address in the one form in which two of them can be compared: `::1` for `0:0::0:1`. */
export function canonicalIpv6(address: string): string {
  return new SocketAddress({ address, family: 'ipv6' }).address;
}
