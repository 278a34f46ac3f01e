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
import {
  answered,
  failed,
  failedBy,
  missed,
  refused,
  unlessLacking,
  type Doubt,
} from './answers.ts';
import { connection$, LOOPBACK, pieces$ } from './connection.ts';
import type { HeartbeatDriver, ProbeTarget } from './driver.ts';
import { strangerOnPort } from '../listeners/port-holder.ts';

/** What the echo needs. */
export interface EchoSettings extends Doubt {
  /** The port that ssh forwards to an echo service at the far end. */
  readonly port: number;
  /** A new message for each probe. */
  readonly message: () => Buffer;
  /** How long to wait for the connection, and for each answer. */
  readonly timeoutMs: number;
}

/** Either there is no echo service, or the server prohibits the way to it, or it hung up. */
const HUNG_UP = 'the echo service hung up';

type TryEnd = HeartbeatEvent | typeof HUNG_UP;

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

function probeEcho$(settings: EchoSettings, target: ProbeTarget): Observable<HeartbeatEvent> {
  const { pid } = target;
  const stranger = pid === undefined ? undefined : strangerOnPort(settings.port, pid);
  if (stranger !== undefined) return of(missed(stranger));
  const message = settings.message();
  const { port, timeoutMs } = settings;
  return connection$(port).pipe(
    timeout({ first: timeoutMs, with: () => failed(`${LOOPBACK}:${port}: Connection timed out`) }),
    switchMap((socket) => tries$(socket, message, timeoutMs)),
    take(1),
    map((answer) => (answer === HUNG_UP ? refused(HUNG_UP, settings, target) : answer)),
    catchError((error: Error) => of(failedBy(error, settings, target))),
    map((answer) => unlessLacking(answer, settings, 1)),
  );
}

/** The message is sent again, on the same connection, after a wrong answer or none. */
function tries$(socket: Socket, message: Buffer, timeoutMs: number): Observable<TryEnd> {
  const answer$ = pieces$(socket, message.length).pipe(
    map((piece) => (piece.equals(message) ? 'right' : 'wrong')),
    endWith('closed'),
    share(),
  );
  const try$ = (left: number): Observable<TryEnd> => {
    socket.write(message);
    return race(answer$, timer(timeoutMs)).pipe(
      take(1),
      switchMap((answer): Observable<TryEnd> => {
        if (answer === 'right') return of(answered);
        if (answer === 'closed') return of(HUNG_UP);
        return left > 1 ? try$(left - 1) : of(missed(`tried connection ${TRIES} times and failed`));
      }),
    );
  };
  return merge(answer$.pipe(ignoreElements()), try$(TRIES));
}
