import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateFolder, privacyProblem } from '../private-folder.ts';
import { readOwnFile, writeWholeFile } from '../whole-file.ts';
import { readSession, type ServerSession } from './server-session.ts';

/** Whose session it is. */
export interface NoteOwner {
  /** The name of the tunnel. */
  readonly tunnel: string;
  readonly host: string;
}

/** More than any note: the host is a line of the user's. */
const LONGEST_NOTE = 8192;

/**
 * Writes down the session of a tunnel, in the place of an earlier one, in a folder for this user alone. Throws what the system says, or why
 * the folder is not trusted.
 */
export function writeNote(path: string, owner: NoteOwner, session: ServerSession): void {
  const folder = dirname(path);
  const problem = makePrivateFolder(folder);
  if (problem !== undefined) throw new Error(`${folder} ${problem}`);
  const { tunnel, host } = owner;
  writeWholeFile(path, JSON.stringify({ tunnel, host, session }));
}

/**
 * Reads the session of a tunnel to the same host; `undefined` for whatever is none. A folder that others can reach is not trusted, and no
 * file of somebody else.
 */
export function readNote(path: string, owner: NoteOwner): ServerSession | undefined {
  try {
    if (privacyProblem(dirname(path)) !== undefined) return undefined;
    const text = readOwnFile(path, LONGEST_NOTE);
    const { tunnel, host, session } = JSON.parse(text) as Record<string, unknown>;
    return tunnel === owner.tunnel && host === owner.host ? readSession(session) : undefined;
  } catch {
    return undefined; // no folder, no file, no JSON
  }
}

/** Forgets the session of a tunnel. A folder that others can reach is left alone. */
export function removeNote(path: string): void {
  try {
    if (privacyProblem(dirname(path)) === undefined) rmSync(path, { force: true });
  } catch {
    // no folder, or one that cannot be written: what is left there is compared with what runs before it is used
  }
}
