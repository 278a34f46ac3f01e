import type { HeartbeatCommand, HeartbeatEvent } from '@holdfast/machines';
import {
  catchError,
  concatMap,
  defer,
  map,
  NEVER,
  of,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import { monotonicMs } from '../clock.ts';

/** What a driver is told about the ssh it asks. */
export interface ProbeTarget {
  /** The ssh that runs, if its pid is known. */
  readonly pid: number | undefined;
  /** How long the answer may take, where the rules say so. Default: as the driver thinks best. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Asks one kind of question: "does it still carry traffic?".
 *
 * A driver must answer every probe exactly once, within a time of its own, with `heartbeat.answered`,
 * `heartbeat.missed` or `heartbeat.impossible`; failures are answers, never errors. The stream is cold, and
 * unsubscribing closes whatever the probe opened. It must not decide when or how often to ask, must not remember
 * earlier answers, and must take nothing for an answer that could have come from elsewhere than the far end.
 */
export interface HeartbeatDriver {
  probe(target: ProbeTarget): Observable<HeartbeatEvent>;
}

/** The driver of a tunnel without a heartbeat: nobody asks it, and it says that it cannot ask. */
export const noHeartbeat: HeartbeatDriver = {
  probe: () => of({ type: 'heartbeat.impossible', reason: 'this tunnel has no heartbeat' }),
};

/**
 * The heartbeat of one ssh, as a stream: one answer for every order to probe, one probe at a time.
 *
 * The machine may order the next probe while it is still being told of an answer: such an order waits for the end of the present probe.
 */
export function heartbeat$(
  driver: HeartbeatDriver,
  target: () => ProbeTarget,
  command$: Observable<HeartbeatCommand>,
): Observable<HeartbeatEvent> {
  if (driver === noHeartbeat) return NEVER;
  return command$.pipe(
    concatMap(({ timeoutMs }) =>
      defer(() => driver.probe({ ...target(), timeoutMs })).pipe(catchError(outOfOrder), timed()),
    ),
  );
}

/** Says of an answer when it came, and how long it took. */
function timed(): MonoTypeOperatorFunction<HeartbeatEvent> {
  return (answer$) => {
    const askedAtMs = monotonicMs();
    return answer$.pipe(
      map((answer) => {
        if (answer.type !== 'heartbeat.answered') return answer;
        const atMs = monotonicMs();
        return { ...answer, atMs, roundTripMs: atMs - askedAtMs };
      }),
    );
  };
}

/** A driver that breaks its contract must not take the process along. */
function outOfOrder(error: unknown): Observable<HeartbeatEvent> {
  const reason = error instanceof Error ? error.message : String(error);
  return of({ type: 'heartbeat.impossible', reason });
}
