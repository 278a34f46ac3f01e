import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ephemeral ports of Linux and of IANA, so that no outgoing connection takes one meanwhile.
const FIRST_PORT = 10_000;
const LAST_PORT = 31_000;
const TRIES = 200;

/** Finds so many ports in a row that are free on 127.0.0.1, and returns the first. */
export async function findFreePorts(count: number): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const first = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    if (await areFree(Array.from({ length: count }, (_, index) => first + index))) return first;
  }
  throw new Error(`no ${count} free ports in a row between ${FIRST_PORT} and ${LAST_PORT}`);
}

async function areFree(ports: readonly number[]): Promise<boolean> {
  const free = await Promise.all(ports.map(isFree));
  return free.every(Boolean);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
