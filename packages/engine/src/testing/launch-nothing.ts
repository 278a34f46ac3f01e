import { AsyncSubject } from 'rxjs';
import type { ChildEnd } from '../child/command.ts';
import type { LaunchedChild } from '../child/launch.ts';

/** An ssh that connects nowhere, and ends when it is told to: for `createFleet({ launch })`. */
export function launchNothing(): LaunchedChild {
  const ended$ = new AsyncSubject<ChildEnd>();
  return {
    // No process ever has it.
    pid: 2 ** 22 + 1,
    ended$,
    stderr: null,
    signal(name) {
      if (name !== 'SIGTERM') return;
      ended$.next({ exit: { status: null, signal: name } });
      ended$.complete();
    },
  };
}
