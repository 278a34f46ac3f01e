import { lstatSync } from 'node:fs';
import { filter, map, take, timer, type Observable } from 'rxjs';
import { monotonicMs } from '../clock.ts';

/** How often to look for the socket while ssh connects: looking costs a few microseconds. */
const LOOK_MS = 20;

/** `child.ready` when the file is there; looks until then, or until nobody listens. */
export function ready$(path: string): Observable<{ type: 'child.ready'; atMs: number }> {
  return timer(LOOK_MS, LOOK_MS).pipe(
    filter(() => lstatSync(path, { throwIfNoEntry: false }) !== undefined),
    take(1),
    map(() => ({ type: 'child.ready' as const, atMs: monotonicMs() })),
  );
}
