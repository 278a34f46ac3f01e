import type { HeartbeatEvent } from '@holdfast/machines';
import { throwError, type Observable } from 'rxjs';

/** The message came back. */
export const answered: HeartbeatEvent = { type: 'heartbeat.answered' };

/** The message did not come back, and why. */
export function missed(reason: string): HeartbeatEvent {
  return { type: 'heartbeat.missed', reason };
}

/** A step of a probe that failed, as an error with the sentence for the log. */
export function failed(reason: string): Observable<never> {
  return throwError(() => new Error(reason));
}
