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

/** Ports below the range from which systems take the ports of outgoing connections. */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 31_998;

/** How often to draw again when a port is taken. */
const DRAWS = 50;

/**
 * Finds a monitor port that is free here, with a free read port above it, and opens the read port.
 *
 * @param chance - a number from 0 up to 1 for each draw. Default: `Math.random`.
 */
export async function openFreeMonitorPort(chance: () => number = Math.random): Promise<ReadPort> {
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const port = LOWEST_PORT + Math.floor(chance() * (HIGHEST_PORT - LOWEST_PORT));
    if (!(await isFree(port))) continue;
    const readPort = await openReadPort(port + 1).catch(() => undefined);
    if (readPort !== undefined) return readPort;
  }
  throw new Error(`no free pair of ports found from ${LOWEST_PORT} to ${HIGHEST_PORT}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: LOOPBACK, port }, () => server.close(() => resolve(true)));
  });
}
