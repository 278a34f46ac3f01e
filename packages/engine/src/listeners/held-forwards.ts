import type { Forward } from '../forward/forward.ts';
import {
  areInConflict,
  listenPlaces,
  type AddressFamily,
  type ListenPlace,
} from './listen-places.ts';
import { hasIpv6Loopback, tcpListeners, type Listener } from './listeners.ts';
import { findHolders, socketInodes, type PortHolder } from './socket-holder.ts';

/** A place where ssh should listen for a forward, and another program does. */
export interface HeldForward {
  /** The forward whose place is held. */
  readonly forward: Forward;
  /** Without brackets. */
  readonly address: string;
  /** The port that is held. */
  readonly port: number;
  /** Where the other listens: there, or at any address (`0.0.0.0`, `::`). */
  readonly holderAddress: string;
  /** `undefined` where the system does not tell, such as of another user's process. */
  readonly holder: PortHolder | undefined;
  /** Whether ssh has, or can have, the forward's other address. */
  readonly isHalf: boolean;
}

/**
 * Finds the local and SOCKS forwards whose port another program holds, at both loopback addresses or at one of them.
 *
 * Reads the system's table of sockets once, and looks at other processes only if something is held. Empty where there is
 * no /proc, and when the ssh cannot be looked into.
 *
 * @param sshPid - the running ssh, whose own sockets are none of another's; `undefined` before it starts.
 * @param sinceMs - how old the table of sockets may be: see `tcpSockets`.
 * @param family - the addresses that ssh may use. Default: all.
 */
export function findHeldForwards(
  forwards: readonly Forward[],
  sshPid: number | undefined,
  sinceMs?: number,
  family?: AddressFamily,
): readonly HeldForward[] {
  if (!forwards.some((forward) => listenPlaces(forward, true).length > 0)) return [];
  const isOwn = ownSockets(sshPid);
  if (isOwn === undefined) return [];
  const held = heldPlaces({
    forwards,
    listeners: tcpListeners(sinceMs, sshPid),
    isOwn,
    hasIpv6: hasIpv6Loopback(),
    family,
  });
  return withHolders(held);
}

/** Looks at other processes only if something is held. */
export function withHolders(held: readonly HeldPlace[]): readonly HeldForward[] {
  if (held.length === 0) return [];
  const holders = findHolders(new Set(held.map(({ inode }) => inode)));
  return held.map(({ inode, ...place }) => ({ ...place, holder: holders.get(inode) }));
}

/** Tells the ssh's own sockets; `undefined` if it has ended, or is another user's. */
function ownSockets(sshPid: number | undefined): ((inode: string) => boolean) | undefined {
  if (sshPid === undefined) return () => false;
  const inodes = socketInodes(sshPid);
  return inodes && ((inode) => inodes.has(inode));
}

/** A place that is held, and by which socket. */
export interface HeldPlace extends Omit<HeldForward, 'holder'> {
  readonly inode: string;
}

/** What there is on this machine, for the judgement of forwards. */
export interface Surroundings {
  readonly forwards: readonly Forward[];
  readonly listeners: readonly Listener[];
  readonly isOwn: (inode: string) => boolean;
  readonly hasIpv6: boolean;
  readonly family?: AddressFamily | undefined;
}

/** The places of these forwards that others hold, among all that listen. */
export function heldPlaces(around: Surroundings): readonly HeldPlace[] {
  return around.forwards.flatMap((forward) => {
    const places = listenPlaces(forward, around.hasIpv6, around.family);
    const held = places.flatMap((place) => {
      const stranger = strangerAt(place, around);
      if (stranger === undefined) return [];
      return { forward, ...place, holderAddress: stranger.address, inode: stranger.inode };
    });
    return held.map((place) => ({ ...place, isHalf: held.length < places.length }));
  });
}

/** The listener that keeps ssh from a place, unless ssh has it. */
function strangerAt(place: ListenPlace, { listeners, isOwn }: Surroundings): Listener | undefined {
  const there = listeners.filter((listener) => areInConflict(place, listener));
  if (there.some(({ inode }) => isOwn(inode))) return undefined;
  return there[0];
}
