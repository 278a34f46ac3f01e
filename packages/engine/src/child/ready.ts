import { existsSync } from 'node:fs';
import type { ChildEvent } from '@holdfast/machines';
import { filter, map, of, switchMap, take, timer, type Observable } from 'rxjs';
import { monotonicMs } from '../clock.ts';
import type { Prepare } from './command.ts';

/** How often to look for the socket while ssh connects: looking costs a few microseconds. */
const LOOK_MS = 20;

/**
 * `child.ready` when the file is there and what was still to be set up is; `forward.refused` if that was refused. Looks until then, or until
 * nobody listens.
 */
export function ready$(path: string, prepare?: Prepare): Observable<ChildEvent> {
  return timer(LOOK_MS, LOOK_MS).pipe(
    // It never throws, also not where the folder of before is a file by now.
    filter(() => existsSync(path)),
    take(1),
    switchMap(() => prepare?.() ?? of(undefined)),
    map((failure) =>
      failure === undefined
        ? { type: 'child.ready', atMs: monotonicMs() }
        : { type: 'forward.refused', failure },
    ),
  );
}
