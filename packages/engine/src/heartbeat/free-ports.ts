import { createServer } from 'node:net';
import { LOOPBACK } from './connection.ts';
import { openReadPort, type ReadPort } from './read-port.ts';

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
