import type { HeartbeatEvent } from '@holdfast/machines';
import { throwError, type Observable } from 'rxjs';

/** The message came back. */
export const answered: HeartbeatEvent = { type: 'heartbeat.answered' };

/** The message did not come back, and why. */
export function missed(reason: string): HeartbeatEvent {
  return { type: 'heartbeat.missed', reason };
}

/** This cannot be asked, now or later, and why. */
export function impossible(reason: string): HeartbeatEvent {
  return { type: 'heartbeat.impossible', reason };
}

/** The message never left this machine, and why. */
export function unsent(reason: string): HeartbeatEvent {
  return { type: 'heartbeat.unsent', reason };
}

/** A step of a probe that failed, as an error with the sentence for the log. */
export function failed(reason: string): Observable<never> {
  return throwError(() => new Error(reason));
}
