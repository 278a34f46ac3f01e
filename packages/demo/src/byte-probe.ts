import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOOPBACK } from './reopenable-port.ts';

const RETRY_MS = 50;
const LONGEST_TRY_MS = 1000;
const NONCE_BYTES = 16;

/**
 * Waits until bytes pass: sends a nonce through a forwarded port to an echo service, again and again over new connections,
 * until one has come back.
 *
 * Rejects when the signal aborts.
 */
export async function bytesComeBack(port: number, signal: AbortSignal): Promise<void> {
  while (!(await nonceComesBack(port, signal))) await sleep(RETRY_MS, undefined, { signal });
}

function nonceComesBack(port: number, signal: AbortSignal): Promise<boolean> {
  const nonce = randomBytes(NONCE_BYTES);
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const socket = connect({ host: LOOPBACK, port, noDelay: true });
    const giveUp = () => socket.destroy();
    signal.addEventListener('abort', giveUp);
    socket.setTimeout(LONGEST_TRY_MS, () => socket.destroy());
    socket.on('error', () => undefined).once('connect', () => socket.write(nonce));
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      if (received.length >= nonce.length) socket.destroy();
    });
    socket.once('close', () => {
      signal.removeEventListener('abort', giveUp);
      resolve(received.equals(nonce));
    });
  });
}
