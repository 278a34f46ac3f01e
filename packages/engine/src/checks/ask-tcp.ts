import { connect } from 'node:net';
import { Observable } from 'rxjs';
import type { Check, CheckQuestion } from '../fleet/tunnel-spec.ts';
import { failed, failedBy, passed, type CheckResult } from './check-result.ts';
import { noteCheckSocket } from './check-sockets.ts';

/** For so long a connection has to stay, unless the other side speaks before. */
const STAY_MS = 1000;

/**
 * Connects to an address; the check passes when the other side speaks, or stays connected for a second.
 *
 * That it was accepted proves nothing: ssh accepts everybody at its end of a forward, and closes when the far side turns out to be
 * closed.
 */
export function askTcp$(
  { address }: Extract<CheckQuestion, { kind: 'tcp' }>,
  { timeoutMs }: Pick<Check, 'timeoutMs'>,
): Observable<CheckResult> {
  return new Observable((subscriber) => {
    const answer = (result: CheckResult) => subscriber.next(result);
    const socket = connect(
      address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port },
    );
    noteCheckSocket(socket);
    let staying: NodeJS.Timeout | undefined;
    socket
      .once('connect', () => {
        staying = setTimeout(() => answer(passed), Math.min(STAY_MS, timeoutMs / 2));
      })
      .once('data', () => answer(passed))
      .once('end', () => answer(failed('the connection was accepted and closed at once')))
      .on('error', (error) => answer(failedBy(error)));
    return () => {
      clearTimeout(staying);
      socket.destroy();
    };
  });
}
