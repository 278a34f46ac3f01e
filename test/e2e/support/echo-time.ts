import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How patiently to wait for bytes. */
export interface Patience {
  /** Pause between a try that failed and the next. */
  readonly everyMs?: number;
  /** How long one try may take. Whoever connects through an ssh that is stuck is neither answered nor refused. */
  readonly tryMs?: number;
  readonly giveUpMs?: number;
}

/**
 * Waits until an echo service answers at a port of 127.0.0.1, over a new connection each time.
 *
 * Returns when that was, on the clock of `performance.now()`; `undefined` if it never was.
 */
export async function waitForEcho(
  port: number,
  patience: Patience = {},
): Promise<number | undefined> {
  const { everyMs = 20, tryMs = 2000, giveUpMs = 90_000 } = patience;
  const giveUpAtMs = performance.now() + giveUpMs;
  while (performance.now() < giveUpAtMs) {
    if (await isEchoed(port, tryMs)) return performance.now();
    await sleep(everyMs);
  }
  return undefined;
}

function isEchoed(port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const late = setTimeout(() => socket.destroy(), timeoutMs);
    socket.once('connect', () => socket.write('?'));
    socket.once('data', () => {
      resolve(true);
      socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(late);
      resolve(false);
    });
  });
}
