import { AsyncSubject, map, type Observable } from 'rxjs';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { systemErrorText } from '../system-error.ts';
import type { ChildEnd, SshCommand } from './command.ts';
import { endInTime } from './end-in-time.ts';
import { offspringOf, type EndsWithSsh } from './offspring.ts';

/** A launched child. */
export interface LaunchedChild {
  /** `undefined` when the system refused to start it; `ended$` then says why. */
  readonly pid: number | undefined;
  /** One value when the child has ended and was waited for, and those are gone that end with it, then complete. */
  readonly ended$: Observable<ChildEnd>;
  /** ssh's stderr, if the command asked for it to be watched. */
  readonly stderr: Readable | null;
  /** Sends a signal, to those too that end with it; does nothing to a child that has ended. */
  signal(name: NodeJS.Signals): void;
}

/**
 * Starts a child. It must not block, must not throw for anything the system refuses, and must hand over the
 * terminal: the child stays in this process's session and process group, unless its group ends with it.
 */
export type Launch = (command: SshCommand) => LaunchedChild;

/** What the child gets as stdin, stdout and stderr. */
export function childStdio({ passesStderr = false, lastWords }: SshCommand): ChildStdio {
  if (lastWords !== undefined) return ['ignore', 'ignore', 'pipe'];
  return ['inherit', 'inherit', passesStderr ? 'pipe' : 'inherit'];
}

type Ends = Pick<SshCommand, 'endsWithSsh'>;

/** The one place that knows the default. */
function whoEnds({ endsWithSsh = 'descendants' }: Ends): EndsWithSsh {
  return endsWithSsh;
}

/** Whether the child leads a session and a process group of its own. */
export function isDetached(command: Ends): boolean {
  return whoEnds(command) === 'group';
}

type ChildStdio = readonly ['inherit' | 'ignore', 'inherit' | 'ignore', 'inherit' | 'pipe'];

/**
 * Makes a launched child of Node's handle on it.
 *
 * It listens to `exit` and never to `close`: that one waits for everybody who still holds ssh's stderr, such as a
 * ControlPersist master.
 */
export function launchedChild(child: ChildProcess, command: Ends): LaunchedChild {
  // One for all who listen: several do, and a chain of operators for each would cost a fleet half its memory.
  const ended$ = new AsyncSubject<ChildEnd>();
  // Where there was no descriptor left, Node leaves stderr undefined.
  const { pid, stderr = null } = child as Partial<ChildProcess>;
  if (pid === undefined) {
    child.on('error', (error) => finish(ended$, { unrunnable: systemErrorText(error) }));
    return { pid, ended$, stderr, signal: () => undefined };
  }
  const kill = (name: NodeJS.Signals) => void child.kill(name);
  const offspring = offspringOf({ pid, kill }, whoEnds(command));
  let signal = offspring.signal;
  // A signal that could not be sent.
  child.on('error', () => undefined);
  child.once('exit', (status, signalName) => {
    signal = offspring.rest.signal;
    const end = () => {
      // From now on its pid can be another's.
      signal = () => undefined;
      finish(ended$, { exit: { status, signal: signalName } });
    };
    if (offspring.rest.isLeft(0)) void endInTime(offspring.rest, REST_GRACES).then(end);
    else end();
  });
  return { pid, ended$, stderr, signal: (name) => signal(name) };
}

/** How long those that are left when ssh has ended may take: the next ssh waits for their ports. */
const REST_GRACES = { termGraceMs: 1000, killGraceMs: 1000 };

function finish(ended$: AsyncSubject<ChildEnd>, how: ChildEnd): void {
  ended$.next(how);
  ended$.complete();
}

/** A child that the system refused to start before there was a handle on it. */
export function refusedChild(error$: Observable<unknown>): LaunchedChild {
  return {
    pid: undefined,
    ended$: error$.pipe(map((error) => ({ unrunnable: systemErrorText(error) }))),
    stderr: null,
    signal: () => undefined,
  };
}
