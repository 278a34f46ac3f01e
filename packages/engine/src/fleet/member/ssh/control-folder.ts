import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Slot } from '@holdfast/machines';
import { StartRefused } from '../../../child/command.ts';
import { makeFolders } from '../../../private-folder.ts';
import { systemErrorText } from '../../../system-error.ts';
import type { FleetFact } from '../../fleet-event.ts';

/** What is needed to have a folder for control sockets at each start. */
export interface ControlFolders {
  /** The first that can be used is: the one that is used now comes first. */
  readonly paths: readonly string[];
  readonly tell: (fact: FleetFact) => void;
}

/**
 * The folder of control sockets for the next ssh, made if it is missing; to be called before each start, since a cleaner may have removed it.
 *
 * ssh would log in, find no folder for its socket, and end. Throws a {@link StartRefused} where none can be made.
 */
export function readyControlFolder({ paths, tell }: ControlFolders): string {
  const problems: string[] = [];
  for (const path of paths) {
    try {
      if (ensureFolder(path)) tell({ type: 'place.mended', path });
      return path;
    } catch (error) {
      problems.push(`${path}: ${systemErrorText(error)}`);
    }
  }
  const sentence = `cannot make a folder for the control socket: ${problems.join('; ')}`;
  const remedy = 'see that this user owns that folder';
  throw new StartRefused({ class: 'unknown', sentence, remedy });
}

/** Whether it had to be made. Throws with what is in the way. */
function ensureFolder(path: string): boolean {
  if (makeFolders(path) !== undefined) return true;
  if (lstatSync(path).uid !== process.getuid?.()) throw new Error('it belongs to another user');
  return false;
}

/** A file name for a tunnel, whatever it is called: of fixed length, since a Unix socket's path has little room. */
export function fileNameOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 12);
}

/**
 * Where the ssh of a tunnel listens that is in this slot. A Unix socket's path has room for 107 bytes, of which ssh itself needs 17 while it
 * makes the socket.
 */
export function controlPathOf(name: string, runtimeDir: string, slot: Slot): string {
  return join(runtimeDir, `${fileNameOf(name)}${slot === 'a' ? '' : slot}`);
}
