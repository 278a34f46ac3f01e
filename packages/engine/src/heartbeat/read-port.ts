import { createServer, type Server, type Socket } from 'node:net';
import { fromEvent, type Observable } from 'rxjs';
import { LOOPBACK } from './connection.ts';

/** The port at which the messages of the loop come back. */
export interface ReadPort {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  /** Connections, as they are made. Nobody listens between probes: strangers are sent away. */
  readonly socket$: Observable<Socket>;
  /** Lets the port go. */
  close(): void;
}

/** Strangers that may be connected at once; more are turned away by the system. */
const MOST_CONNECTIONS = 64;

/**
 * Opens the read port, on loopback only. It stays open over all restarts of ssh, and no ssh inherits it.
 *
 * Rejects with the system's error when the port is taken.
 *
 * @see docs/rules.md, HB-7 and HB-8.
 */
export function openReadPort(port: number): Promise<ReadPort> {
  const server = createServer();
  server.maxConnections = MOST_CONNECTIONS;
  server.on('connection', (socket) => receive(server, socket));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: LOOPBACK, port }, () => {
      server.off('error', reject).on('error', () => undefined);
      resolve({
        port,
        socket$: fromEvent(server, 'visitor') as Observable<Socket>,
        close: () => server.close(),
      });
    });
  });
}

function receive(server: Server, socket: Socket): void {
  socket.on('error', () => socket.destroy());
  if (!server.emit('visitor', socket)) socket.destroy();
}
