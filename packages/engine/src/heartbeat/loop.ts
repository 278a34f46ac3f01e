import type { HeartbeatEvent } from '@holdfast/machines';
import {
  catchError,
  filter,
  finalize,
  fromEvent,
  map,
  merge,
  mergeMap,
  NEVER,
  of,
  race,
  share,
  shareReplay,
  skip,
  switchMap,
  take,
  takeUntil,
  tap,
  timeout,
  timer,
  type Observable,
} from 'rxjs';
import type { Socket } from 'node:net';
import {
  answered,
  failed,
  failedBy,
  impossible,
  missed,
  unlessLacking,
  type Doubt,
} from './answers.ts';
import { connection$, LOOPBACK, pieces$ } from './connection.ts';
import type { HeartbeatDriver, ProbeTarget } from './driver.ts';
import type { ReadPort } from './read-port.ts';

/** What the loop needs. */
export interface LoopSettings extends Doubt {
  /** The port that ssh forwards with -L; the far end sends on to the read port with -R. */
  readonly port: number;
  /** Where the message comes back. */
  readonly readPort: ReadPort;
  /** A new message for each probe. */
  readonly message: () => Buffer;
  /** How long to wait for a connection, and for each answer. */
  readonly timeoutMs: number;
}

/** The message goes out over one connection, and comes back over another. */
const DESCRIPTORS = 2;

/**
 * autossh's loop: a message goes out on the monitor port and has to come back on the read port, each time over new
 * connections.
 *
 * All that connect to the read port during a probe are listened to side by side, and only the very message counts: a stranger
 * costs nothing. (The original looks at one connection at a time, so that each stranger costs one of its two tries.)
 *
 * @see docs/rules.md, HB-1, HB-2, HB-5, HB-6 and HB-9.
 */
export function createLoopDriver(settings: LoopSettings): HeartbeatDriver {
  return { probe: (target) => probeLoop$(settings, target) };
}

function probeLoop$(settings: LoopSettings, target: ProbeTarget): Observable<HeartbeatEvent> {
  const { port, readPort, timeoutMs, firstRefusal } = settings;
  const looksForRefusal = firstRefusal === 'impossible' && target.hasAnswered === false;
  const message = settings.message();
  // The visitor may come before the system has told that the message's own connection is there.
  const visitor$ = readPort.socket$.pipe(shareReplay({ bufferSize: 1, refCount: true }));
  const answer$ = visitor$.pipe(
    mergeMap((socket) => answers$(socket, message)),
    share(),
  );
  const sent$ = connection$(port).pipe(
    timeout({ first: timeoutMs, with: () => failed(`${LOOPBACK}:${port}: Connection timed out`) }),
    switchMap((socket) =>
      merge(
        tries$(socket, message, { visitor$, answer$ }, timeoutMs),
        looksForRefusal ? hungUp$(socket, visitor$) : NEVER,
      ),
    ),
  );
  return merge(
    answer$.pipe(
      filter((isOurs) => isOurs),
      map(() => answered),
    ),
    sent$,
  ).pipe(
    take(1),
    catchError((error: Error) => of(failedBy(error, settings, target))),
    map((answer) => unlessLacking(answer, settings, DESCRIPTORS)),
  );
}

/** ssh closes the connection at once when its server prohibits the way, or nobody listens there; the original waits for a visitor. */
function hungUp$(socket: Socket, visitor$: Observable<Socket>): Observable<HeartbeatEvent> {
  return fromEvent(socket, 'close').pipe(
    takeUntil(visitor$),
    take(1),
    map(() => impossible('the way round the loop is closed at the far end')),
  );
}

/** What one visitor says: whether its first words are the message. A liar is shown the door. */
function answers$(socket: Socket, message: Buffer): Observable<boolean> {
  return pieces$(socket, message.length).pipe(
    take(1),
    map((piece) => piece.equals(message)),
    finalize(() => socket.destroy()),
  );
}

/**
 * Sends the message, and once more on another visitor's arrival when the first try failed by silence or by wrong words. Emits only to
 * say that both tries failed; a try that nobody visits is an error.
 */
function tries$(
  socket: Socket,
  message: Buffer,
  { visitor$, answer$ }: { visitor$: Observable<Socket>; answer$: Observable<boolean> },
  timeoutMs: number,
): Observable<HeartbeatEvent> {
  const lie$ = answer$.pipe(filter((isOurs) => !isOurs));
  const soon = timeout<Socket, Observable<never>>({
    first: timeoutMs,
    with: () => failed('timeout polling to accept read connection'),
  });
  const firstTryFailed$ = visitor$.pipe(
    take(1),
    soon,
    switchMap(() => race(lie$, timer(timeoutMs))),
    take(1),
  );
  socket.resume().write(message);
  return firstTryFailed$.pipe(
    switchMap(() => visitor$.pipe(skip(1), take(1), soon)),
    tap(() => socket.write(message)),
    switchMap(() => timer(timeoutMs)),
    map(() => missed('tried connection 2 times and failed')),
  );
}
