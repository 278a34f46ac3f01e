import type { HeartbeatEvent } from '@holdfast/machines';
import { throwError, type Observable } from 'rxjs';
import type { ProbeTarget } from './driver.ts';

/**
 * What a probe is that is refused at once (nobody listens at the monitor port, or the server prohibits the way there) on an ssh that never
 * had one answered: missed, as any other; or impossible, and this ssh goes on without.
 *
 * @see docs/rules.md, HB-12.
 */
export type FirstRefusal = 'missed' | 'impossible';

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

/** A probe was refused at once, and why. */
export function refused(
  reason: string,
  { firstRefusal }: { readonly firstRefusal?: FirstRefusal | undefined },
  { hasAnswered }: ProbeTarget,
): HeartbeatEvent {
  const isFirst = firstRefusal === 'impossible' && hasAnswered === false;
  return isFirst ? impossible(reason) : missed(reason);
}

/** Nobody listens; or ssh hung up before it had read the message, since its server prohibits the way. */
const REFUSALS: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/** Whether a connection failed because somebody refused it. */
export function isRefusal({ cause }: Error): boolean {
  return REFUSALS.has((cause as NodeJS.ErrnoException | undefined)?.code);
}

/** A step of a probe that failed, as an error with the sentence for the log. */
export function failed(reason: string): Observable<never> {
  return throwError(() => new Error(reason));
}
