import { makePrivateFolder } from '@holdfast/engine';
import { SocketError } from './socket-error.ts';

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
