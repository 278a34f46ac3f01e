import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { randomUUID } from 'node:crypto';

/** Writes a short file for this user alone: all of it, or nothing. Throws as node:fs does. */
export function writeWholeFile(path: string, text: string): void {
  const draft = `${path}.${randomUUID()}.new`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/**
 * Reads the first bytes of a file that is one, and this user's: no link is followed, and no pipe is waited for. Empty if it is something else.
 * Throws as node:fs does.
 */
export function readOwnFile(path: string, mostBytes: number): string {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const facts = fstatSync(file);
    if (!facts.isFile() || facts.uid !== process.getuid?.()) return '';
    const bytes = Buffer.alloc(mostBytes);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, mostBytes, 0));
  } finally {
    closeSync(file);
  }
}
