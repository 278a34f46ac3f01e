import { getHoldfastPaths } from '@holdfast/config';
import { controlPathProblem, makePrivateFolder, systemErrorText } from '@holdfast/engine/parts';
import { lstatSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { CommandError } from '../command-line/command-error.ts';
import type { Environment } from '../context.ts';

/**
 * Makes the folder for the control socket of one `holdfast run`: where the supervisor has its own, and if that cannot be had, or the path is
 * too long for ssh, in a folder of temporary files. Only this user can enter it.
 *
 * Throws a {@link CommandError} if it can be had nowhere.
 */
export function makeSocketFolder(env: Environment): string {
  const problems: string[] = [];
  for (const { path, make } of places(env)) {
    const problem = controlPathProblem(join(path, BEHIND));
    try {
      const refusal = problem === undefined ? make() : `the path of a socket in it ${problem}`;
      if (refusal === undefined) return mkdtempSync(join(path, PREFIX));
      problems.push(`${path}: ${refusal}`);
    } catch (error) {
      problems.push(`${path}: ${systemErrorText(error)}`);
    }
  }
  throw new CommandError(
    'failed',
    `cannot create a folder for ssh's socket: ${problems.join('; ')}`,
  );
}

const PREFIX = 'run-';

/** As long as what comes behind: six letters of chance, and the socket's name of 12. */
const BEHIND = `${PREFIX}123456/123456789012`;

interface Place {
  readonly path: string;
  /** Makes it if need be; says what speaks against it. */
  readonly make: () => string | undefined;
}

function places(env: Environment): readonly Place[] {
  const temporary = [tmpdir(), '/tmp'].map((path) => ({ path, make: () => undefined }));
  return [...ownPlaces(env), ...temporary].filter(({ path }) => isAbsolute(path));
}

/** The supervisor's folder of sockets, and the one that it has without XDG_RUNTIME_DIR; none of them without a home. */
function ownPlaces(env: Environment): readonly Place[] {
  try {
    const { runtime } = getHoldfastPaths(env);
    const { runtime: spare } = getHoldfastPaths({ ...env, XDG_RUNTIME_DIR: '' });
    return [
      { path: runtime, make: () => problemAbove(runtime) ?? makePrivateFolder(runtime) },
      { path: spare, make: () => makePrivateFolder(spare) },
    ];
  } catch {
    return [];
  }
}

/** XDG_RUNTIME_DIR of another user, as after `su`, or one that is gone: nothing is put there. */
function problemAbove(path: string): string | undefined {
  const { uid } = lstatSync(dirname(path));
  return uid === process.getuid?.() ? undefined : `the folder above belongs to uid ${uid}`;
}
