import { LONGEST_SOCKET_PATH } from '@holdfast/engine';
import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { ensurePrivateFolder } from './private-folder.ts';
import { SocketError } from './socket-error.ts';

const OWNER_ONLY = 0o600;

/**
 * Listens on a Unix socket of permissions 0600, in a folder that is ours alone.
 *
 * A socket that nobody answers on is what is left of a dead supervisor, and makes room: hold the lock while this runs. Rejects
 * with a {@link SocketError}, or with the system's error.
 */
export async function listenOn(server: Server, path: string): Promise<void> {
  const bytes = Buffer.byteLength(path);
  if (bytes > LONGEST_SOCKET_PATH) {
    const sentence = `the path of the socket has ${bytes} bytes, more than ${LONGEST_SOCKET_PATH}: ${path}`;
    throw new SocketError('path-too-long', sentence);
  }
  ensurePrivateFolder(dirname(path));
  await clearSocket(path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
  chmodSync(path, OWNER_ONLY);
}

async function clearSocket(path: string): Promise<void> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isSocket()) {
    throw new SocketError('not-a-socket', `${path} is no socket: move it out of the way`);
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
