import { LONGEST_SOCKET_PATH, makePrivateFolder } from '@holdfast/engine/parts';
import { chmodSync, lstatSync, type Stats, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;

/** A socket that is listened on, as it is in the file system. */
export interface ListenedPlace {
  readonly path: string;
  /** Whether the path still leads to it. */
  isThere(): boolean;
}

/**
 * Listens on a Unix socket of permissions 0600, in a folder that is ours alone.
 *
 * A socket that nobody answers on is what is left of a dead supervisor, and makes room: hold the lock while this runs. A server that
 * listens somewhere already stops to do so; its connections stay. Rejects with a {@link SocketError}, or with the system's error.
 */
export async function listenOn(server: Server, path: string): Promise<ListenedPlace> {
  const bytes = Buffer.byteLength(path);
  if (bytes > LONGEST_SOCKET_PATH) {
    const sentence = `the path of the socket has ${bytes} bytes, more than ${LONGEST_SOCKET_PATH}: ${path}`;
    throw new SocketError('path-too-long', sentence);
  }
  ensurePrivateFolder(dirname(path));
  await clearSocket(path);
  // By this, libuv removes whatever is at the path of before: it was looked at, or is another path.
  if (server.listening) server.close();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
  chmodSync(path, OWNER_ONLY);
  const made = lstatSync(path);
  return { path, isThere: () => isAt(path, made) };
}

/**
 * Makes sure that a folder is ours alone, and makes it if it is missing.
 *
 * What is inside needs no other protection. Throws a {@link SocketError} `unsafe-folder` if it is a link, belongs to someone else, or gives
 * others any permission: repairing it would hide what was put into it before.
 */
export function ensurePrivateFolder(path: string): void {
  const problem = makePrivateFolder(path);
  if (problem === undefined) return;
  throw new SocketError(
    'unsafe-folder',
    `${path} ${problem}: remove it, or run "chmod 700" on your own`,
  );
}

function isAt(path: string, { ino, dev }: Stats): boolean {
  try {
    const there = lstatSync(path);
    return there.ino === ino && there.dev === dev;
  } catch {
    return false;
  }
}

async function clearSocket(path: string): Promise<void> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isSocket()) {
    throw new SocketError('not-a-socket', `${path} is not a socket: move it out of the way`);
  }
  if (await isAnswered(path)) {
    throw new SocketError('socket-in-use', `another supervisor answers on ${path}`);
  }
  unlinkSync(path);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => settle(true));
    // Only a refusal proves that nobody is there: a full queue, for one, belongs to somebody.
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      settle(code !== 'ECONNREFUSED' && code !== 'ENOENT');
    });
  });
}

const BRAND = Symbol.for('holdfast/SocketError');

/**
 * Why a supervisor cannot listen.
 *
 * | code | means |
 * |---|---|
 * | `unsafe-folder` | others could reach the socket, or put something in its place |
 * | `path-too-long` | the system has no room for the path of the socket |
 * | `not-a-socket` | something else is there |
 * | `socket-in-use` | another supervisor answers there |
 */
export type SocketErrorCode = 'unsafe-folder' | 'path-too-long' | 'not-a-socket' | 'socket-in-use';

/** A socket that cannot be listened on. */
export class SocketError extends Error {
  override readonly name = 'SocketError';
  readonly [BRAND] = true;
  readonly code: SocketErrorCode;

  constructor(code: SocketErrorCode, sentence: string) {
    super(sentence);
    this.code = code;
  }
}

/** Whether this is a {@link SocketError}, also one of another copy of this package. */
export function isSocketError(error: unknown): error is SocketError {
  return typeof error === 'object' && error !== null && BRAND in error;
}
