import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where everything of this package listens; nothing is reachable from another machine. */
export const LOOPBACK = '127.0.0.1';

const REOPEN_TRIES = 50;
const REOPEN_PAUSE_MS = 100;

/** A TCP port on loopback that can be closed and opened again under the same number. */
export interface ReopenablePort {
  readonly port: number;
  /** All connections accepted so far. */
  readonly accepted: number;
  /** Listens again; nothing happens when it listens already. */
  open(): Promise<void>;
  /** Stops listening and resets every connection. */
  close(): Promise<void>;
  /** Resets every connection and keeps listening. */
  reset(): void;
}

/** What {@link openPort} takes. */
export interface PortOptions {
  /** @defaultValue any free port */
  readonly port?: number | undefined;
  /** Whether the end of one direction leaves the other one open. */
  readonly allowHalfOpen?: boolean;
  readonly onSocket: (socket: Socket) => void;
}

/** Listens on a loopback port, which keeps its number until the end. */
export async function openPort(options: PortOptions): Promise<ReopenablePort> {
  const sockets = new Set<Socket>();
  const count = { accepted: 0 };
  const server = createServer(
    { noDelay: true, allowHalfOpen: options.allowHalfOpen ?? false },
    (socket) => {
      count.accepted += 1;
      sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
      options.onSocket(socket);
    },
  );
  const reset = () => {
    for (const socket of sockets) resetSocket(socket);
  };
  await listen(server, options.port ?? 0);
  const port = portOf(server);
  return {
    port,
    get accepted() {
      return count.accepted;
    },
    open: () => (server.listening ? Promise.resolve() : listenAgain(server, port)),
    close: async () => {
      const closed = stopListening(server);
      reset();
      await closed;
    },
    reset,
  };
}

/**
 * Resets a connection; one that is just ending its own direction is closed instead.
 *
 * libuv refuses to reset it then (`uv_tcp_close_reset`: EINVAL), Node forgets the handle without closing it, and the
 * process never ends.
 *
 * @see https://github.com/libp2p/js-libp2p/pull/3597
 */
export function resetSocket(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

// While nobody listens, the kernel may lend the number to an outgoing connection for a moment.
async function listenAgain(server: Server, port: number): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await listen(server, port);
    } catch (error) {
      if (tries === REOPEN_TRIES) throw error;
      await sleep(REOPEN_PAUSE_MS);
    }
  }
}

function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP port');
  return address.port;
}
