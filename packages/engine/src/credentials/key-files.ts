import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Which files are looked at. */
export interface KeyFiles {
  /** ssh's folder, such as `~/.ssh`: the first 200 regular files in it, by name. */
  readonly folder: string;
  /** Files elsewhere, such as those given with `-i`. */
  readonly more: readonly string[];
}

const MOST_FILES = 200;

const NO_FOLDER = new Set(['ENOENT', 'ENOTDIR', 'EACCES']);

/**
 * What ssh writes into its folder itself while it connects, and what only the server side reads. A log that a failed connection
 * writes would be a reason to connect again at once, and that for ever.
 */
const NO_KEYS = /^known_hosts|^authorized_keys|\.log$/;

/**
 * One text for files that may hold keys or say which to use: equal as long as they are the same.
 *
 * Nothing of their contents is read: inode, size, time, mode and owner tell. A file that is missing counts as such. Resolves to
 * `undefined` when the folder cannot be read at the moment. Never rejects.
 */
export async function keyFileFingerprint(files: KeyFiles): Promise<string | undefined> {
  const names = await namesIn(files.folder);
  if (names === undefined) return undefined;
  const inFolder = names
    .filter((name) => !NO_KEYS.test(name))
    .sort()
    .slice(0, MOST_FILES)
    .map((name) => join(files.folder, name));
  const facts = await Promise.all([...inFolder, ...files.more].map(fileFacts));
  return facts.filter((fact) => fact !== undefined).join('\n');
}

async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    return NO_FOLDER.has((error as NodeJS.ErrnoException).code ?? '') ? [] : undefined;
  }
}

/** `undefined` for what is no file: sockets of masters and agents come and go. */
async function fileFacts(path: string): Promise<string | undefined> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) return undefined;
    const { ino, size, mtimeMs, mode, uid } = facts;
    return [path, ino, size, mtimeMs, mode, uid].join(' ');
  } catch {
    return undefined;
  }
}
