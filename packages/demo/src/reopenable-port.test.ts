import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { LOOPBACK, openPort } from './reopenable-port.ts';

test('resets a connection that is just ending its own direction', async () => {
  let accept: (socket: Socket) => void;
  const accepted = new Promise<Socket>((resolve) => (accept = resolve));
  const port = await openPort({ allowHalfOpen: true, onSocket: (socket) => accept(socket) });
  const client = connect(port.port, LOOPBACK).on('error', () => undefined);
  const socket = await accepted;
  const errors: Error[] = [];
  socket.on('error', (error) => errors.push(error)).end();
  await new Promise<void>((resolve) => process.nextTick(resolve));
  const closed = [once(socket, 'close'), once(client, 'close')];
  client.resume();
  await port.close();
  await Promise.all(closed);
  expect(errors).toEqual([]);
});
