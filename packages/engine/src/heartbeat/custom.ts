import type { HeartbeatEvent } from '@holdfast/machines';
import {
  catchError,
  defaultIfEmpty,
  defer,
  from,
  of,
  take,
  timeout,
  type ObservableInput,
} from 'rxjs';
import type { HeartbeatDriver, ProbeTarget } from './driver.ts';

/**
 * A heartbeat of your own: asks one kind of question, "does it still carry traffic?".
 *
 * Each probe is answered once: with `heartbeat.answered`, with `heartbeat.missed` and why (asked again at once, and the second miss
 * in a row ends ssh), or with `heartbeat.impossible` and why (this ssh is not asked again). Take nothing for an answer that could have
 * come from elsewhere than the far end. When and how often to ask is not a heartbeat's business, but the tunnel's.
 *
 * What is out of order is an answer, too: an error is `heartbeat.missed` with its message, and so is silence for longer than
 * {@link ProbeTarget.timeoutMs}.
 *
 * @example
 * const heartbeat: CustomHeartbeat = {
 *   async probe({ timeoutMs }) {
 *     const response = await fetch('http://127.0.0.1:8080/health', { signal: AbortSignal.timeout(timeoutMs) });
 *     return response.ok
 *       ? { type: 'heartbeat.answered' }
 *       : { type: 'heartbeat.missed', reason: `status ${response.status}` };
 *   },
 * };
 */
export interface CustomHeartbeat {
  /** Asks once. Answers as a promise, an Observable (unsubscribed when nobody waits any more), or whatever else RxJS takes. */
  probe(target: CustomProbe): ObservableInput<HeartbeatEvent>;
}

/** What a heartbeat of one's own is told about the ssh it asks. */
export interface CustomProbe extends ProbeTarget {
  /** How long the answer may take, in milliseconds: what the rules say, or else 3000. */
  readonly timeoutMs: number;
}

/** As long as an answer may take when no rule says so. */
const USUAL_TIMEOUT_MS = 3000;

/** Makes a driver of a heartbeat that nobody here has tested: whatever it does, there is one answer, in bounded time. */
export function createCustomDriver(heartbeat: CustomHeartbeat): HeartbeatDriver {
  return {
    probe({ pid, timeoutMs = USUAL_TIMEOUT_MS }) {
      return defer(() => from(heartbeat.probe({ pid, timeoutMs }))).pipe(
        take(1),
        defaultIfEmpty<HeartbeatEvent, HeartbeatEvent>(missed('it ended without an answer')),
        timeout({
          first: timeoutMs,
          with: () => of(missed(`no answer within ${timeoutMs} ms`)),
        }),
        catchError((error: unknown) =>
          of(missed(error instanceof Error ? error.message : String(error))),
        ),
      );
    },
  };
}

function missed(reason: string): HeartbeatEvent {
  return { type: 'heartbeat.missed', reason: `the heartbeat of its own: ${reason}` };
}
