import { realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { basename } from 'node:path';
import type { SshCommand } from './command.ts';

/** The program that a command becomes in the end, and its arguments. */
type Program = Pick<SshCommand, 'file' | 'args'>;

/** What is executed for a command: programs that set something and then become the next, each in the same process. */
export function launchedProgram(command: SshCommand): Program {
  return withIgnoredSignals(withParentDeathSignal(command), command.ignores);
}

/** Ignores the signals of its first argument and becomes the rest: the same process, with what it ignores. The only thing that sh is given. */
const IGNORE = 'trap "" $1; shift; exec "$@"';

/**
 * Lets a command start with signals ignored: Node cannot, it gives every child the default actions.
 *
 * SIGTERM is never among them: it is how ssh is ended. Nor are those that no process can ignore.
 *
 * @see POSIX, exec: ignored signals stay ignored.
 */
export function withIgnoredSignals(
  { file, args }: Program,
  ignores: readonly NodeJS.Signals[] = [],
): Program {
  const numbers = ignores
    .filter((name) => name !== 'SIGTERM')
    .map((name) => constants.signals[name]);
  if (numbers.length === 0) return { file, args };
  return { file: '/bin/sh', args: ['-c', IGNORE, 'sh', numbers.join(' '), file, ...args] };
}

const SETPRIV = '/usr/bin/setpriv';

let available: boolean | undefined;

/** Whether this system can tie a child's life to its parent's. Looked up once. */
function hasParentDeathSignal(): boolean {
  available ??= process.platform === 'linux' && isRealSetpriv();
  return available;
}

/** busybox has a setpriv too, but one that does not know `--pdeathsig`. */
function isRealSetpriv(): boolean {
  try {
    return basename(realpathSync(SETPRIV)) === 'setpriv';
  } catch {
    return false;
  }
}

/**
 * Lets the system end the child when its parent dies, however that happens, SIGKILL included.
 *
 * util-linux's `setpriv` sets the signal and becomes the program: same pid, same argv, about 1 ms more. Elsewhere the
 * command stays as it is, and a SIGKILL of the supervisor leaves the child behind.
 *
 * @param options - more options for `setpriv`.
 * @see prctl(2), PR_SET_PDEATHSIG; setpriv(1).
 */
export function withParentDeathSignal(
  { file, args, survivesParent = false, deathSignal = 'TERM' }: SshCommand,
  options: readonly string[] = [],
): Program {
  if (survivesParent || !hasParentDeathSignal()) return { file, args };
  return { file: SETPRIV, args: [...options, '--pdeathsig', deathSignal, '--', file, ...args] };
}
