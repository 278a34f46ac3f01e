import { fromEvent, map, merge, type Observable } from 'rxjs';

/**
 * Signals to this process, as they come. While somebody listens their default action is off.
 *
 * Unsubscribing gives each signal its default action back.
 */
export function processSignals$(names: readonly NodeJS.Signals[]): Observable<NodeJS.Signals> {
  return merge(...names.map((name) => fromEvent(process, name).pipe(map(() => name))));
}
