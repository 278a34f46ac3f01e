import type { HeartbeatEvent } from '@holdfast/machines';
import {
  catchError,
  defer,
  endWith,
  ignoreElements,
  map,
  merge,
  of,
  race,
  share,
  switchMap,
  take,
  timeout,
  timer,
  type Observable,
} from 'rxjs';
import type { Socket } from 'node:net';
import { answered, failed, missed } from './answers.ts';
import { connection$, LOOPBACK, pieces$ } from './connection.ts';
import type { HeartbeatDriver, ProbeTarget } from './driver.ts';
import { strangerOnPort } from './port-holder.ts';

/** What the echo needs. */
export interface EchoSettings {
  /** The port that ssh forwards to an echo service at the far end. */
  readonly port: number;
  /** A new message for each probe. */
  readonly message: () => Buffer;
  /** How long to wait for the connection, and for each answer. */
  readonly timeoutMs: number;
}

/** How often a message is sent before the probe counts as missed. */
const TRIES = 2;

/**
 * autossh's echo: a message goes to an echo service at the far end and has to come back on the same connection.
 *
 * Any echo service on the port would do for that, also one that has nothing to do with ssh. So the port must be ssh's:
 * where the system tells who holds it, a stranger's answer counts as none.
 *
 * @see docs/rules.md, HB-2 and HB-6.
 */
export function createEchoDriver(settings: EchoSettings): HeartbeatDriver {
  return { probe: (target) => defer(() => probeEcho$(settings, target)) };
}

function probeEcho$(settings: EchoSettings, { pid }: ProbeTarget): Observable<HeartbeatEvent> {
  const stranger = pid === undefined ? undefined : strangerOnPort(settings.port, pid);
  if (stranger !== undefined) return of(missed(stranger));
  const message = settings.message();
  const { port, timeoutMs } = settings;
  return connection$(port).pipe(
    timeout({ first: timeoutMs, with: () => failed(`${LOOPBACK}:${port}: Connection timed out`) }),
    switchMap((socket) => tries$(socket, message, timeoutMs)),
    take(1),
    catchError((error: Error) => of(missed(error.message))),
  );
}

/** The message is sent again, on the same connection, after a wrong answer or none. */
function tries$(socket: Socket, message: Buffer, timeoutMs: number): Observable<HeartbeatEvent> {
  const answer$ = pieces$(socket, message.length).pipe(
    map((piece) => (piece.equals(message) ? 'right' : 'wrong')),
    endWith('closed'),
    share(),
  );
  const try$ = (left: number): Observable<HeartbeatEvent> => {
    socket.write(message);
    return race(answer$, timer(timeoutMs)).pipe(
      take(1),
      switchMap((answer) => {
        if (answer === 'right') return of(answered);
        if (answer === 'closed') return of(missed('the echo service hung up'));
        return left > 1 ? try$(left - 1) : of(missed(`tried connection ${TRIES} times and failed`));
      }),
    );
  };
  return merge(answer$.pipe(ignoreElements()), try$(TRIES));
}
