import { constants } from 'node:os';
import type { SshCommand } from './command.ts';

/** The program that a command becomes in the end, and its arguments. */
type Program = Pick<SshCommand, 'file' | 'args'>;

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
