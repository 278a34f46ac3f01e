import type { SshExit } from '@holdfast/machines';
import { AsyncSubject, map, type Observable } from 'rxjs';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { systemErrorText } from '../system-error.ts';
import type { SshCommand } from './command.ts';
import { withIgnoredSignals } from './ignored-signals.ts';
import { withParentDeathSignal } from './parent-death-signal.ts';

/** How a launch ended: the child exited, or it never ran. */
export type ChildEnd = { readonly exit: SshExit } | { readonly unrunnable: string };

/** A launched child. */
export interface LaunchedChild {
  /** `undefined` when the system refused to start it; `ended$` then says why. */
  readonly pid: number | undefined;
  /** One value when the child has ended and was waited for, then complete. */
  readonly ended$: Observable<ChildEnd>;
  /** ssh's stderr, if the command asked for it to be watched. */
  readonly stderr: Readable | null;
  /** Sends a signal; does nothing to a child that has ended. */
  signal(name: NodeJS.Signals): void;
}

/**
 * Starts a child. It must not block, must not throw for anything the system refuses, and must hand over the
 * terminal: the child stays in this process's session and process group.
 */
export type Launch = (command: SshCommand) => LaunchedChild;

/** What is executed for a command: programs that set something and then become the next, each in the same process. */
export function launchedProgram(command: SshCommand): Pick<SshCommand, 'file' | 'args'> {
  return withIgnoredSignals(withParentDeathSignal(command), command.ignores);
}

/** What the child gets as stdin, stdout and stderr. */
export function childStdio({ passesStderr = false, lastWords }: SshCommand): ChildStdio {
  if (lastWords !== undefined) return ['ignore', 'ignore', 'pipe'];
  return ['inherit', 'inherit', passesStderr ? 'pipe' : 'inherit'];
}

type ChildStdio = readonly ['inherit' | 'ignore', 'inherit' | 'ignore', 'inherit' | 'pipe'];

/**
 * Makes a launched child of Node's handle on it.
 *
 * It listens to `exit` and never to `close`: that one waits for everybody who still holds ssh's stderr, such as a
 * ControlPersist master.
 */
export function launchedChild(child: ChildProcess): LaunchedChild {
  // One for all who listen: several do, and a chain of operators for each would cost a fleet half its memory.
  const ended$ = new AsyncSubject<ChildEnd>();
  const end = (how: ChildEnd) => {
    ended$.next(how);
    ended$.complete();
  };
  child.once('exit', (status, signal) => end({ exit: { status, signal } }));
  child.on('error', (error) => {
    // A signal that could not be sent is reported in the same way.
    if (child.pid === undefined) end({ unrunnable: systemErrorText(error) });
  });
  return {
    pid: child.pid,
    ended$,
    // Where there was no descriptor left, Node leaves it undefined.
    stderr: child.stderr ?? null,
    signal: (name) => void child.kill(name),
  };
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
