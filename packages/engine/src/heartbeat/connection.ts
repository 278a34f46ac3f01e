import { connect, type Socket } from 'node:net';
import { Observable } from 'rxjs';
import { systemErrorText } from '../system-error.ts';

/** The only address that heartbeats use. */
export const LOOPBACK = '127.0.0.1';

/**
 * A connection to a local port: one connected socket, or an error with a sentence. It stays open until
 * unsubscribed; a failure of the open connection is an error too.
 */
export function connection$(port: number): Observable<Socket> {
  return new Observable((subscriber) => {
    const socket = connect({ host: LOOPBACK, port, noDelay: true });
    socket.once('connect', () => subscriber.next(socket));
    socket.on('error', (error) =>
      subscriber.error(
        new Error(`${LOOPBACK}:${port}: ${systemErrorText(error)}`, { cause: error }),
      ),
    );
    return () => socket.destroy();
  });
}

/** What arrives on a socket, cut into pieces of exactly `size` bytes. Ends with the connection. */
export function pieces$(socket: Socket, size: number): Observable<Buffer> {
  return new Observable((subscriber) => {
    let pending = Buffer.alloc(0);
    const collect = (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= size) {
        const piece = pending.subarray(0, size);
        pending = pending.subarray(size);
        subscriber.next(piece);
      }
    };
    const finish = () => subscriber.complete();
    socket.on('data', collect).once('end', finish).once('close', finish);
    return () => socket.off('data', collect).off('end', finish).off('close', finish);
  });
}
