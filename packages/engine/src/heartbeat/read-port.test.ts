import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { firstValueFrom, type Subscription } from 'rxjs';
import { afterEach, expect, test } from 'vitest';
import { closedPort, listen, visit } from '../testing/loopback.ts';
import { kill } from '../testing/processes.ts';
import { openReadPort, type ReadPort } from './read-port.ts';

let readPort: ReadPort | undefined;
let listening: Subscription | undefined;

afterEach(() => {
  listening?.unsubscribe();
  readPort?.close();
});

async function open(): Promise<ReadPort> {
  return (readPort = await openReadPort(await closedPort()));
}

/** How the connection of a visitor begins. */
async function outcome(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
  });
}

test('a visitor is handed over', async () => {
  const { port, socket$ } = await open();
  const visitor = firstValueFrom(socket$);
  const socket = visit(port);
  socket.write('hello');
  const [chunk] = (await once(await visitor, 'data')) as [Buffer];
  expect(chunk.toString()).toBe('hello');
  (await visitor).destroy();
});

test('a visitor between probes is sent away', async () => {
  const { port, socket$ } = await open();
  listening = socket$.subscribe();
  listening.unsubscribe();
  const socket = visit(port).resume();
  await new Promise((resolve) => socket.once('close', resolve));
  expect(socket.bytesRead).toBe(0);
});

test('a visitor who resets the connection does no harm', async () => {
  const { port, socket$ } = await open();
  const visitor = firstValueFrom(socket$);
  const socket = visit(port);
  await once(socket, 'connect');
  const handedOver = await visitor;
  socket.resetAndDestroy();
  await expect.poll(() => handedOver.closed).toBe(true);
});

test('HB-7: the port is there on 127.0.0.1 only', async () => {
  const { port, socket$ } = await open();
  listening = socket$.subscribe((socket) => socket.destroy());
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ address, scopeid }) => address !== '127.0.0.1' && !scopeid)
    .map(({ address }) => address);
  if (process.platform === 'linux') others.push('127.0.0.2');
  const outcomes = await Promise.all(others.map((host) => outcome(visit(port, host))));
  expect(outcomes).toEqual(others.map(() => 'ECONNREFUSED'));
  expect(await outcome(visit(port))).toBe('connected');
});

test('HB-8: a port that is taken is an error of the system', async () => {
  const holder = await listen(() => undefined);
  await expect(openReadPort(holder.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await holder.close();
});

test('a port that was let go can be opened again', async () => {
  const { port, close } = await open();
  close();
  readPort = await openReadPort(port);
  expect(readPort.port).toBe(port);
});

test('HB-7: a child does not keep the port', async () => {
  const { port, close } = await open();
  const child = spawn('/bin/sleep', ['60'], { stdio: 'inherit' });
  close();
  try {
    readPort = await openReadPort(port);
    expect(child.exitCode).toBeNull();
  } finally {
    kill(child.pid!);
  }
});
