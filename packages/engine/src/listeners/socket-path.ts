import { accessSync, constants, lstatSync, rmSync, statSync, type Stats } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { systemErrorText } from '../system-error.ts';
import { findHolders, type PortHolder } from './socket-holder.ts';
import { unixSockets, type UnixSocket } from './unix-sockets.ts';

/** What is in the way of a Unix socket at a path. */
export type PathObstacle = { readonly path: string } &
  /** Somebody listens there; `undefined`: the system does not tell who. */
  (
    | { readonly kind: 'held'; readonly holder: PortHolder | undefined }
    /** It is not a socket, and is never removed. */
    | { readonly kind: 'occupied'; readonly what: string }
    /** The folder of the path is not there, or is none. */
    | { readonly kind: 'no folder'; readonly folder: string }
    /** Nobody listens, and the file cannot be removed. */
    | { readonly kind: 'stuck'; readonly reason: string }
  );

/** What can be filled in without ssh, which asks the user database and not HOME. The rest depends on the host, and on ssh_config. */
const TOKENS: Readonly<Record<string, () => string>> = {
  '%%': () => '%',
  '%d': () => userInfo().homedir,
  '%i': () => String(userInfo().uid),
  '%u': () => userInfo().username,
};

/**
 * The path of a forward's Unix socket as ssh will have it: with environment variables and tokens filled in. `undefined` where only ssh
 * can do that.
 *
 * @see ssh_config(5), TOKENS and ENVIRONMENT VARIABLES
 */
export function socketPath(written: string, env: NodeJS.ProcessEnv): string | undefined {
  let isKnown = true;
  const path = written.replaceAll(/\$\{([^}]*)\}|%./g, (part, name: string | undefined) => {
    const value = name === undefined ? TOKENS[part]?.() : env[name];
    isKnown &&= value !== undefined;
    return value ?? part;
  });
  return isKnown ? path : undefined;
}

/**
 * Makes way for a Unix socket: a socket file that nobody listens at is removed, such as the one that each ssh leaves behind. What else
 * is there stays, and is told.
 *
 * ssh itself removes what is there only with `StreamLocalBindUnlink yes`, and then everything: files, and sockets that others use.
 *
 * @see `unix_listener()` https://github.com/openssh/openssh-portable/blob/V_9_2_P1/misc.c
 */
export async function makeWayFor(path: string): Promise<PathObstacle | undefined> {
  const found = await whatIsAt(path);
  if (found !== 'left behind') return found;
  try {
    rmSync(path, { force: true });
    return undefined;
  } catch (error) {
    return { path, kind: 'stuck', reason: systemErrorText(error) };
  }
}

/**
 * What is at the path of a Unix socket; a socket file at which nobody listens is left behind.
 *
 * @internal For the packages of Holdfast.
 */
export async function whatIsAt(path: string): Promise<PathObstacle | 'left behind' | undefined> {
  const there = lookAt(lstatSync, path);
  if (there === undefined) return lacksFolder(path);
  if (!there.isSocket()) return { path, kind: 'occupied', what: nameOf(there) };
  const listener = await listenerAt(path);
  if (listener === 'somebody') return { path, kind: 'held', holder: holderOf(path) };
  const reason = whyItStays(path, there);
  if (reason !== undefined) return { path, kind: 'stuck', reason };
  return listener === 'nobody' ? 'left behind' : { path, kind: 'held', holder: undefined };
}

/** Why this user cannot remove a file, as far as its folder tells. @see unlink(2), EACCES and EPERM */
function whyItStays(path: string, there: Stats): string | undefined {
  const folder = dirname(path);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    return `${folder}: ${systemErrorText(error)}`;
  }
  const { uid } = userInfo();
  const { mode, uid: folderUid } = statSync(folder);
  const isSticky = (mode & STICKY) !== 0;
  return isSticky && uid !== 0 && uid !== there.uid && uid !== folderUid
    ? `it belongs to another user (uid ${there.uid}), and ${folder} keeps what is another's`
    : undefined;
}

/** @see inode(7), S_ISVTX */
const STICKY = 0o1000;

function lacksFolder(path: string): PathObstacle | undefined {
  const folder = dirname(path);
  const isThere = lookAt(statSync, folder)?.isDirectory() ?? false;
  return isThere ? undefined : { path, kind: 'no folder', folder };
}

/** `undefined`: nothing is there, or a part of the way to it is no folder. */
function lookAt(look: typeof lstatSync, path: string): Stats | undefined {
  try {
    return look(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function nameOf(there: Stats): string {
  if (there.isDirectory()) return 'a folder';
  if (there.isSymbolicLink()) return 'a symbolic link';
  return there.isFile() ? 'a file' : 'a device or pipe';
}

/**
 * Whether anybody listens there. The file tells in every network namespace, the table of sockets only in this one: so it is tried.
 * One who has the socket and does not listen yet is in the table only.
 */
async function listenerAt(path: string): Promise<'somebody' | 'nobody' | 'not told'> {
  if (socketsAt(path).length > 0) return 'somebody';
  return await new Promise((resolve) => {
    const socket = connect({ path })
      .once('connect', () => settle('somebody'))
      // Another user's permissions hide who is there; whatever else hinders, such as a full queue, is somebody.
      .once('error', ({ code = '' }: NodeJS.ErrnoException) =>
        settle(NOBODY.has(code) ? 'nobody' : code === 'EACCES' ? 'not told' : 'somebody'),
      );
    const settle = (listener: 'somebody' | 'nobody' | 'not told') => {
      socket.destroy();
      resolve(listener);
    };
  });
}

const NOBODY: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT']);

function holderOf(path: string): PortHolder | undefined {
  const sockets = socketsAt(path);
  if (sockets.length === 0) return undefined;
  const holders = findHolders(new Set(sockets.map(({ inode }) => inode)));
  return [...holders.values()][0];
}

function socketsAt(path: string): readonly UnixSocket[] {
  return unixSockets('self').filter((each) => each.path === path && !each.isConnected);
}
