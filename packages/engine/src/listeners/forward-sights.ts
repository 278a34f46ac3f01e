import type { Forward } from '../forward/forward.ts';
import { heldPlaces, withHolders, type HeldForward } from './held-forwards.ts';
import { areInConflict, listenPlaces, type AddressFamily } from './listen-places.ts';
import { canTellListeners, hasIpv6Loopback, tcpListeners, type Listener } from './listeners.ts';
import { socketPath } from './socket-path.ts';
import { descendantsOf, socketAt, socketDescriptors } from './socket-holder.ts';
import { socketFileAt, unixSockets, type UnixSocket } from './unix-sockets.ts';

/** A socket at which an ssh listens, and how to see again that it does. */
export interface OwnSocket {
  readonly pid: number;
  readonly fd: string;
  readonly inode: string;
  /** Of a Unix socket: the path, and which file was there. */
  readonly file?: { readonly path: string; readonly identity: string };
}

/** What is seen of a forward whose ssh runs on this machine. */
export type ForwardSight = { readonly forward: Forward } & (
  | { readonly state: 'there'; readonly sockets: readonly OwnSocket[] }
  /** ssh listens at one of the two addresses, and nobody at the other. */
  | { readonly state: 'half'; readonly sockets: readonly OwnSocket[] }
  /** Nobody listens where ssh should. */
  | { readonly state: 'missing' }
  /** Others listen where ssh should. */
  | { readonly state: 'held'; readonly held: readonly HeldForward[] }
  /** The system does not tell. */
  | { readonly state: 'untold' }
);

/** What has to be known of an ssh to see its forwards. */
export interface SightSettings {
  readonly pid: number;
  /** How old the table of sockets may be: see `tcpSockets`. */
  readonly sinceMs?: number | undefined;
  readonly family: AddressFamily;
  /** Where its control socket is; that one is no forward. */
  readonly controlPath: string | undefined;
  /** Its environment. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Looks whether ssh's own listeners are there, for each local and SOCKS forward; remote ones are left out.
 *
 * Each forward is judged for itself. Whose a listener is, its descriptors tell; ssh may be the child of a program that stands in for
 * it, and may live in a network namespace of its own. Where the descriptors cannot be looked into, a listener at the right place is
 * taken for ssh's.
 */
export function seeForwards(
  forwards: readonly Forward[],
  settings: SightSettings,
): readonly ForwardSight[] {
  const local = forwards.filter(({ kind }) => kind !== 'remote');
  if (local.length === 0) return [];
  if (!canTellListeners(settings.pid))
    return local.map((forward) => ({ forward, state: 'untold' }));
  const sights = seeWith(local, settings, [settings.pid]);
  if (sights.every(({ state }) => state === 'there' || state === 'untold')) return sights;
  const others = descendantsOf(settings.pid);
  return others.length === 0 ? sights : seeWith(local, settings, [settings.pid, ...others]);
}

/** Whether a socket that was seen is still there: a few microseconds. */
export function isStillThere({ pid, fd, inode, file }: OwnSocket): boolean {
  if (socketAt(pid, fd) !== inode) return false;
  return file === undefined || socketFileAt(file.path) === file.identity;
}

/** The sockets of some processes by their inodes; `undefined` if the first cannot be looked into. */
type Own = ReadonlyMap<string, Pick<OwnSocket, 'pid' | 'fd'>> | undefined;

interface Around {
  readonly own: Own;
  readonly listeners: readonly Listener[];
  readonly unix: readonly UnixSocket[];
  readonly hasIpv6: boolean;
  readonly settings: SightSettings;
}

function seeWith(
  forwards: readonly Forward[],
  settings: SightSettings,
  pids: readonly number[],
): readonly ForwardSight[] {
  const { pid, sinceMs } = settings;
  const hasKind = (kind: Forward['listen']['kind']) =>
    forwards.some(({ listen }) => listen.kind === kind);
  const around: Around = {
    own: socketsOf(pids),
    listeners: hasKind('tcp') ? tcpListeners(sinceMs, pid) : [],
    unix: hasKind('unix') ? unixSockets(pid) : [],
    hasIpv6: hasIpv6Loopback(),
    settings,
  };
  return forwards.map((forward) => seeForward(forward, around));
}

function socketsOf(pids: readonly number[]): Own {
  const all = pids.map((pid) => ({ pid, sockets: socketDescriptors(pid) }));
  if (all[0]?.sockets === undefined) return undefined;
  return new Map(
    all.flatMap(({ pid, sockets }) =>
      [...(sockets ?? [])].map(([inode, fd]) => [inode, { pid, fd }] as const),
    ),
  );
}

function seeForward(forward: Forward, around: Around): ForwardSight {
  const { listen } = forward;
  return listen.kind === 'unix'
    ? seeSocket(forward, listen.path, around)
    : seePort(forward, listen.port, around);
}

function seePort(forward: Forward, port: number, around: Around): ForwardSight {
  const { own, hasIpv6, settings } = around;
  const { family } = settings;
  const places = listenPlaces(forward, hasIpv6, family);
  const listeners = around.listeners.filter((listener) => listener.port === port);
  if (own === undefined) {
    const isThere =
      places.length === 0
        ? listeners.length > 0
        : places.some((place) => listeners.some((each) => areInConflict(place, each)));
    return { forward, state: isThere ? 'untold' : 'missing' };
  }
  const isOwn = (inode: string) => own.has(inode);
  const held = heldPlaces({ forwards: [forward], listeners, isOwn, hasIpv6, family });
  if (held.length > 0) return { forward, state: 'held', held: withHolders(held) };
  const mine = listeners.filter(({ inode }) => isOwn(inode));
  if (mine.length === 0) return { forward, state: 'missing' };
  const isWhole = places.every((place) => mine.some((each) => areInConflict(place, each)));
  const sockets = mine.map(({ inode }) => ({ inode, ...own.get(inode)! }));
  return { forward, state: isWhole ? 'there' : 'half', sockets };
}

function seeSocket(forward: Forward, written: string, around: Around): ForwardSight {
  const { own, unix, settings } = around;
  const path = socketPath(written, settings.env);
  if (own === undefined) {
    const isMissing = path !== undefined && socketFileAt(path) === undefined;
    return { forward, state: isMissing ? 'missing' : 'untold' };
  }
  const { controlPath } = settings;
  const mine = unix.find(
    (socket) =>
      socket.isListening &&
      own.has(socket.inode) &&
      // Of a path that only ssh can fill in any will do that is not its control socket, which it binds with something behind the name.
      (path === undefined
        ? controlPath === undefined || !socket.path.startsWith(controlPath)
        : socket.path === path),
  );
  const identity = mine && socketFileAt(mine.path);
  // Whoever removed the file took the way in.
  if (mine === undefined || identity === undefined) return { forward, state: 'missing' };
  const { inode } = mine;
  const sockets = [{ inode, ...own.get(inode)!, file: { path: mine.path, identity } }];
  return { forward, state: 'there', sockets };
}
