import { lstatSync, mkdirSync, type Stats } from 'node:fs';
import { SocketError } from './socket-error.ts';

const PERMISSIONS = 0o777;
const PRIVATE = 0o700;

/**
 * Makes sure that a folder is ours alone, and makes it if it is missing.
 *
 * What is inside needs no other protection. Throws a {@link SocketError} `unsafe-folder` if it is a link, belongs to someone else, or gives
 * others any permission: repairing it would hide what was put into it before.
 */
export function ensurePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: PRIVATE });
  const fault = findFault(lstatSync(path));
  if (fault === undefined) return;
  throw new SocketError(
    'unsafe-folder',
    `${path} ${fault}: remove it, or run "chmod 700" on your own`,
  );
}

function findFault(stats: Stats): string | undefined {
  const uid = process.getuid?.();
  if (stats.isSymbolicLink()) return 'is a symbolic link';
  if (!stats.isDirectory()) return 'is no directory';
  if (uid !== undefined && stats.uid !== uid) return `belongs to uid ${stats.uid}, not to ${uid}`;
  const mode = stats.mode & PERMISSIONS;
  return mode === PRIVATE ? undefined : `has the permissions ${mode.toString(8)}, not 700`;
}
