import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ephemeral ports of Linux and of IANA, so that no outgoing connection takes one meanwhile.
const FIRST_PORT = 10_000;
const LAST_PORT = 31_000;
const TRIES = 200;

/** Ports in a row that are free on 127.0.0.1, and that no other test takes until they are given back. */
export interface ReservedPorts {
  readonly first: number;
  release(): void;
}

/** Finds so many free ports in a row for as long as this process lives, and returns the first. */
export async function findFreePorts(count: number): Promise<number> {
  return (await reservePorts(count)).first;
}

/**
 * Finds so many free ports in a row.
 *
 * Between the look and the use time goes by, and other workers look as well. So whoever wants a port has its namesake of UDP first: that is in
 * the way of no TCP, and goes with the process.
 */
export async function reservePorts(count: number): Promise<ReservedPorts> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const first = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    const namesakes = await Promise.all(
      Array.from({ length: count }, (_, index) => takePort(first + index)),
    );
    const release = () => namesakes.forEach((socket) => socket?.close());
    if (namesakes.every((socket) => socket !== undefined)) return { first, release };
    release();
  }
  throw new Error(`no ${count} free ports in a row between ${FIRST_PORT} and ${LAST_PORT}`);
}

async function takePort(port: number): Promise<Socket | undefined> {
  const namesake = createSocket('udp4').unref();
  try {
    namesake.bind({ port, address: '127.0.0.1', exclusive: true });
    await once(namesake, 'listening');
  } catch {
    namesake.close();
    return undefined;
  }
  if (await isFree(port)) return namesake;
  namesake.close();
  return undefined;
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
