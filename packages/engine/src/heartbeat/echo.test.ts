import type { HeartbeatEvent } from '@holdfast/machines';
import type { Socket } from 'node:net';
import { lastValueFrom, toArray } from 'rxjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { skipWithout } from '../testing/missing-part.ts';
import {
  closedPort,
  listen,
  onMessage,
  writeByteByByte,
  type ListeningServer,
} from '../testing/loopback.ts';
import { startListener, type Listener } from '../testing/listener.ts';
import { createEchoDriver } from './echo.ts';

const MESSAGE = Buffer.from('here autossh 1 2\r\n');
const WRONG = Buffer.alloc(MESSAGE.length, 'x');
const ANSWERED = { type: 'heartbeat.answered' } as const;
const TIRED = missed('tried connection 2 times and failed');
const HUNG_UP = missed('the echo service hung up');
const PATIENT = { timeout: 90_000 };

/** A time-out that passes in the case, and one that must not pass. */
const SHORT = 150;
const LONG = 90_000;

function missed(reason: string): HeartbeatEvent {
  return { type: 'heartbeat.missed', reason };
}

let service: ListeningServer | undefined;
let listener: Listener | undefined;

afterEach(async () => {
  await service?.close();
  listener?.close();
  service = listener = undefined;
});

/** What the service does with the nth message on a connection. */
type Service = (socket: Socket, nth: number) => unknown;

/** Every answer to one probe of a service that behaves like this; how often it got the message. */
async function probe(serve: Service, timeoutMs: number) {
  const seen = { tries: 0, answers: [] as HeartbeatEvent[] };
  service = await listen((socket) =>
    onMessage(socket, MESSAGE.length, (nth) => {
      seen.tries = nth;
      serve(socket, nth);
    }),
  );
  const driver = createEchoDriver({ port: service.port, message: () => MESSAGE, timeoutMs });
  seen.answers = await lastValueFrom(driver.probe({ pid: undefined }).pipe(toArray()));
  return seen;
}

describe('HB-2, HB-6: an echo service that', () => {
  test.each<[title: string, serve: Service, timeoutMs: number, tries: number, answer: unknown]>([
    ['echoes', (socket) => socket.write(MESSAGE), LONG, 1, ANSWERED],
    ['echoes byte by byte', (socket) => writeByteByByte(socket, MESSAGE), LONG, 1, ANSWERED],
    [
      'says more behind the echo',
      (socket) => socket.write(Buffer.concat([MESSAGE, WRONG])),
      LONG,
      1,
      ANSWERED,
    ],
    ['echoes, then hangs up', (socket) => socket.end(MESSAGE), LONG, 1, ANSWERED],
    [
      'says something else, then echoes',
      (socket, nth) => socket.write(nth === 1 ? WRONG : MESSAGE),
      LONG,
      2,
      ANSWERED,
    ],
    ['is silent', () => undefined, SHORT, 2, TIRED],
    ['always says something else', (socket) => socket.write(WRONG), LONG, 2, TIRED],
    [
      'echoes the half only',
      (socket, nth) => nth === 1 && socket.write(MESSAGE.subarray(0, 5)),
      SHORT,
      2,
      TIRED,
    ],
    ['hangs up', (socket) => socket.end(), LONG, 1, HUNG_UP],
    ['hangs up after the half', (socket) => socket.end(MESSAGE.subarray(0, 5)), LONG, 1, HUNG_UP],
  ])('%s', async (_, serve, timeoutMs, tries, answer) => {
    expect(await probe(serve, timeoutMs)).toEqual({ tries, answers: [answer] });
    await expect.poll(() => service!.sockets.every(({ closed }) => closed), PATIENT).toBe(true);
    expect(service!.sockets).toHaveLength(1);
  });

  test('echoes only the second message is believed within the second try', async () => {
    const { answers } = await probe((socket, nth) => nth === 2 && socket.write(MESSAGE), 500);
    expect(answers).toEqual([ANSWERED]);
  });

  test('resets the connection does not answer', async () => {
    const { answers } = await probe((socket) => socket.resetAndDestroy(), LONG);
    expect(answers).toEqual([missed(`127.0.0.1:${service!.port}: Connection reset by peer`)]);
  });
});

test('HB-5: a refused connection is a miss at once', async () => {
  const port = await closedPort();
  const driver = createEchoDriver({ port, message: () => MESSAGE, timeoutMs: LONG });
  const answers = await lastValueFrom(driver.probe({ pid: undefined }).pipe(toArray()));
  expect(answers).toEqual([missed(`127.0.0.1:${port}: Connection refused`)]);
});

describe('the stream', () => {
  test('asks nobody before somebody listens, and makes a new message for each probe', async () => {
    const message = vi.fn(() => MESSAGE);
    service = await listen((socket) => socket.pipe(socket));
    const driver = createEchoDriver({ port: service.port, message, timeoutMs: LONG });
    const probe$ = driver.probe({ pid: undefined });
    expect(message).not.toHaveBeenCalled();
    await lastValueFrom(probe$);
    await lastValueFrom(probe$);
    expect([message.mock.calls.length, service.sockets.length]).toEqual([2, 2]);
  });

  test('closes its connection when nobody listens any more', async () => {
    service = await listen((socket) => socket.resume());
    const driver = createEchoDriver({
      port: service.port,
      message: () => MESSAGE,
      timeoutMs: LONG,
    });
    const probing = driver.probe({ pid: undefined }).subscribe();
    await expect.poll(() => service!.sockets.length, PATIENT).toBe(1);
    probing.unsubscribe();
    await expect.poll(() => service!.sockets[0]!.closed, PATIENT).toBe(true);
  });
});

const systemTells = process.platform === 'linux';

describe.skipIf(skipWithout('a system that tells who listens', systemTells))('the port', () => {
  async function probeListener(program: string, pid: (listener: Listener) => number) {
    listener = await startListener(program);
    const { port } = listener;
    const driver = createEchoDriver({ port, message: () => MESSAGE, timeoutMs: LONG });
    return lastValueFrom(driver.probe({ pid: pid(listener) }).pipe(toArray()));
  }

  test('of a stranger is not believed, though it echoes', async () => {
    const answers = await probeListener('stranger', () => process.pid);
    const holder = `pid ${listener!.pid} (stranger)`;
    expect(answers).toEqual([
      missed(`monitor port ${listener!.port} is held by ${holder}, not by ssh`),
    ]);
  });

  test('of our ssh is believed', async () => {
    expect(await probeListener('anything', ({ pid }) => pid)).toEqual([ANSWERED]);
  });

  test('of another ssh is believed: it may be the master of ours', async () => {
    expect(await probeListener('ssh', () => process.pid)).toEqual([ANSWERED]);
  });

  test('of nobody is refused, not held', async () => {
    const port = await closedPort();
    const driver = createEchoDriver({ port, message: () => MESSAGE, timeoutMs: LONG });
    const answers = await lastValueFrom(driver.probe({ pid: process.pid }).pipe(toArray()));
    expect(answers).toEqual([missed(`127.0.0.1:${port}: Connection refused`)]);
  });
});

describe('HB-12: what is refused at once, on an ssh that never answered,', () => {
  const refusal = async (hasAnswered: boolean | undefined, firstRefusal?: 'impossible') => {
    const settings = { message: () => MESSAGE, timeoutMs: LONG, firstRefusal };
    service = await listen((socket) => socket.end());
    const hangsUp = createEchoDriver({ ...settings, port: service.port });
    const nobody = createEchoDriver({ ...settings, port: await closedPort() });
    const drivers = [nobody, hangsUp];
    const answers = drivers.map((driver) =>
      lastValueFrom(driver.probe({ pid: undefined, hasAnswered })),
    );
    return (await Promise.all(answers)).map(({ type }) => type);
  };

  test.each([
    ['is impossible', false, 'impossible', 'heartbeat.impossible'],
    ['is missed, if it answered before', true, 'impossible', 'heartbeat.missed'],
    ['is missed, where nobody wants it otherwise', false, undefined, 'heartbeat.missed'],
  ] as const)('%s', async (_what, hasAnswered, firstRefusal, type) => {
    expect(await refusal(hasAnswered, firstRefusal)).toEqual([type, type]);
  });
});
