import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { systemErrorText } from '../system-error.ts';

/** Where a program is, or why it cannot be executed: in the words of the system. */
export type FoundProgram = { readonly path: string } | { readonly problem: string };

const MISSING: FoundProgram = { problem: 'No such file or directory' };

/** Where `execvp` looks when there is no PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';

/** What outlasts the search: a program that is there, but may not be executed. */
const FORBIDDEN = 'Permission denied';

/**
 * Finds a program as `execvp` would: by its path if there is a slash in its name, else along PATH.
 *
 * Asked before ssh is started, so that a missing ssh is known for what it is: behind `setpriv` it would be an exit
 * status like any other.
 */
export function findProgram(
  name: string,
  path = process.env['PATH'] ?? DEFAULT_PATH,
): FoundProgram {
  if (name.includes('/')) return check(name);
  if (name === '') return MISSING;
  const candidates = path.split(delimiter).map((directory) => check(join(directory || '.', name)));
  return (
    candidates.find((candidate) => 'path' in candidate) ??
    candidates.find((candidate) => 'problem' in candidate && candidate.problem === FORBIDDEN) ??
    MISSING
  );
}

function check(path: string): FoundProgram {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isDirectory() ? { problem: 'Is a directory' } : { path };
  } catch (error) {
    return { problem: systemErrorText(error) };
  }
}
