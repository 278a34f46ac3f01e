import { chmodSync, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const PERMISSIONS = 0o777;
const PRIVATE = 0o700;

/**
 * Makes a folder for this user alone if it is missing; one that is there is left as it is, since to repair it would hide what was put into
 * it before.
 *
 * Returns what speaks against trusting it, as {@link privacyProblem} does. Throws the system's error when it cannot be made.
 *
 * @internal For the packages of Holdfast.
 */
export function makePrivateFolder(path: string): string | undefined {
  const isNew = makeFolders(path) !== undefined;
  // The umask can only take rights away, also those of this user.
  if (isNew) chmodSync(path, PRIVATE);
  return privacyProblem(path);
}

/**
 * Makes a folder for this user alone, and those above it that are missing; returns the first that was made. Throws the system's error.
 *
 * Node says of a file system that is read-only that there is no such folder. The first folder that is missing, made alone, is told the truth.
 *
 * @internal For the packages of Holdfast.
 * @see https://github.com/nodejs/node/blob/v20.20.2/src/node_file.cc, MKDirpSync
 */
export function makeFolders(path: string): string | undefined {
  const make = () => mkdirSync(path, { recursive: true, mode: PRIVATE });
  try {
    return make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const missing = firstMissing(path);
    mkdirSync(missing, { mode: PRIVATE });
    make();
    return missing;
  }
}

function firstMissing(path: string): string {
  const above = dirname(path);
  return existsSync(above) ? path : firstMissing(above);
}

/**
 * What speaks against trusting the files of a folder, as the end of a sentence about it; `undefined` if nothing does.
 *
 * Whoever else can write there could lead this user's programs to any socket, and have any process of this user ended. Throws the system's
 * error when there is no folder.
 */
export function privacyProblem(path: string): string | undefined {
  const facts = lstatSync(path);
  const uid = process.getuid?.();
  if (facts.isSymbolicLink()) return 'is a symbolic link';
  if (!facts.isDirectory()) return 'is not a directory';
  if (uid !== undefined && facts.uid !== uid) return `belongs to uid ${facts.uid}, not to ${uid}`;
  const mode = facts.mode & PERMISSIONS;
  return mode === PRIVATE ? undefined : `has the permissions ${mode.toString(8)}, not 700`;
}
