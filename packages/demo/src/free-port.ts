import { createServer } from 'node:net';
import { LOOPBACK } from './reopenable-port.ts';

// Below the ephemeral ports of every system: no outgoing connection is lent one of these while nobody listens there.
const LOWEST_PORT = 10_000;
const HIGHEST_PORT = 19_999;
const DRAWS = 50;

/** Finds a loopback port that is free and stays so, unless a program asks for it by its number. */
export async function findFreePort(): Promise<number> {
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const port = LOWEST_PORT + Math.floor(Math.random() * (HIGHEST_PORT - LOWEST_PORT + 1));
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port found from ${LOWEST_PORT} to ${HIGHEST_PORT}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: LOOPBACK, port }, () => server.close(() => resolve(true)));
  });
}
