import type { HeartbeatEvent } from '@holdfast/machines';
import type { Socket } from 'node:net';
import { lastValueFrom, toArray } from 'rxjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  listen,
  onMessage,
  visit,
  writeByteByByte,
  type ListeningServer,
} from '../testing/loopback.ts';
import { openFreeMonitorPort } from './read-port.ts';
import { createLoopDriver } from './loop.ts';
import type { ReadPort } from './read-port.ts';

const MESSAGE = Buffer.from('here autossh 1 2\r\n');
const WRONG = Buffer.alloc(MESSAGE.length, 'x');
const HALF = MESSAGE.subarray(0, 5);
const ANSWERED = { type: 'heartbeat.answered' } as const;
const NOBODY_CAME = missed('timeout polling to accept read connection');
const TIRED = missed('tried connection 2 times and failed');
const PATIENT = { timeout: 90_000 };

/** A time-out that passes in the case, and one that must not pass. */
const SHORT = 150;
const LONG = 90_000;

function missed(reason: string): HeartbeatEvent {
  return { type: 'heartbeat.missed', reason };
}

let readPort: ReadPort;
let forward: ListeningServer | undefined;
let visitors: Socket[] = [];
let timers: NodeJS.Timeout[] = [];

afterEach(async () => {
  for (const timer of timers.splice(0)) clearInterval(timer);
  for (const visitor of visitors.splice(0)) visitor.destroy();
  readPort.close();
  await forward?.close();
  forward = undefined;
});

/** A new visitor on the read port: the far end, or a stranger. */
function newVisitor(): Socket {
  const visitor = visit(readPort.port).resume();
  visitors.push(visitor);
  return visitor;
}

/** Does something again and again, until the case is over. */
function keepDoing(what: () => void): void {
  timers.push(setInterval(what, 60));
}

/** What happens when the far end gets the nth message; `socket` is where it came from. */
type FarEnd = (nth: number, socket: Socket) => unknown;

/** A driver whose forward leads to this far end. */
async function openLoop(farEnd: FarEnd, timeoutMs: number, firstRefusal?: 'impossible') {
  readPort = await openFreeMonitorPort();
  const seen = { tries: 0 };
  forward = await listen(
    (socket) =>
      onMessage(socket, MESSAGE.length, (nth) => {
        seen.tries = nth;
        farEnd(nth, socket);
      }),
    readPort.port - 1,
  );
  const port = forward.port;
  const driver = createLoopDriver({
    port,
    readPort,
    message: () => MESSAGE,
    timeoutMs,
    firstRefusal,
  });
  return { driver, seen };
}

/** Every answer to one probe; how often the far end got the message. */
async function probe(farEnd: FarEnd, timeoutMs: number, strangers: () => void = () => undefined) {
  const { driver, seen } = await openLoop(farEnd, timeoutMs);
  const answers = lastValueFrom(driver.probe({ pid: undefined }).pipe(toArray()));
  strangers();
  return { answers: await answers, tries: seen.tries };
}

async function expectEverySocketClosed(): Promise<void> {
  const all = () => [...visitors, ...forward!.sockets];
  await expect.poll(() => all().filter(({ closed }) => !closed).length, PATIENT).toBe(0);
}

const good: FarEnd = () => newVisitor().write(MESSAGE);

describe('HB-2, HB-6: a far end that', () => {
  test.each<[title: string, farEnd: FarEnd, timeoutMs: number, tries: number, answer: unknown]>([
    ['sends the message back', good, LONG, 1, ANSWERED],
    ['sends it back byte by byte', () => writeByteByByte(newVisitor(), MESSAGE), LONG, 1, ANSWERED],
    [
      'says more behind it',
      () => newVisitor().write(Buffer.concat([MESSAGE, WRONG])),
      LONG,
      1,
      ANSWERED,
    ],
    ['sends it back, then hangs up', () => newVisitor().end(MESSAGE), LONG, 1, ANSWERED],
    [
      'says something else, then comes again and sends it back',
      (nth) =>
        nth === 1
          ? newVisitor()
              .once('close', () => newVisitor())
              .write(WRONG)
          : visitors.at(-1)!.write(MESSAGE),
      LONG,
      2,
      ANSWERED,
    ],
    ['never comes', () => undefined, SHORT, 1, NOBODY_CAME],
    ['hangs up', (_, socket) => socket.end(), SHORT, 1, NOBODY_CAME],
    ['comes, and is silent', () => newVisitor(), SHORT, 1, NOBODY_CAME],
    ['comes, and closes at once', () => newVisitor().end(), SHORT, 1, NOBODY_CAME],
    ['sends the half only', () => newVisitor().write(HALF), SHORT, 1, NOBODY_CAME],
    ['sends the half, then closes', () => newVisitor().end(HALF), SHORT, 1, NOBODY_CAME],
    ['says something else, and no more', () => newVisitor().write(WRONG), SHORT, 1, NOBODY_CAME],
    [
      'says something else in front of it',
      () => newVisitor().write(Buffer.concat([Buffer.from('220 '), MESSAGE])),
      SHORT,
      1,
      NOBODY_CAME,
    ],
    [
      'sends half by one visitor and half by another',
      (nth) => {
        if (nth > 1) return;
        newVisitor().write(HALF);
        newVisitor().write(MESSAGE.subarray(HALF.length));
      },
      SHORT,
      1,
      NOBODY_CAME,
    ],
  ])('%s', async (_, farEnd, timeoutMs, tries, answer) => {
    expect(await probe(farEnd, timeoutMs)).toEqual({ tries, answers: [answer] });
    await expectEverySocketClosed();
  });

  test('resets the connection does not answer', async () => {
    const { answers } = await probe((_, socket) => socket.resetAndDestroy(), LONG);
    expect(answers).toEqual([missed(`127.0.0.1:${forward!.port}: Connection reset by peer`)]);
  });

  test('is silent until the second try is answered by the visitor of that try', async () => {
    const farEnd: FarEnd = (nth) =>
      nth === 1 ? keepDoing(newVisitor) : visitors.at(-1)!.write(MESSAGE);
    expect(await probe(farEnd, 500)).toEqual({ tries: 2, answers: [ANSWERED] });
    await expectEverySocketClosed();
  });

  test('answers the first message late, during the second try', async () => {
    const farEnd: FarEnd = (nth) =>
      nth === 1 ? keepDoing(newVisitor) : visitors[0]!.write(MESSAGE);
    expect(await probe(farEnd, 500)).toEqual({ tries: 2, answers: [ANSWERED] });
  });

  test('is silent in both tries has failed twice', async () => {
    const farEnd: FarEnd = (nth) => nth === 1 && keepDoing(newVisitor);
    expect(await probe(farEnd, SHORT)).toEqual({ tries: 2, answers: [TIRED] });
    for (const timer of timers) clearInterval(timer);
    await expectEverySocketClosed();
  });
});

test('HB-5: a refused connection is a miss at once', async () => {
  const { driver } = await openLoop(good, LONG);
  const { port } = forward!;
  await forward!.close();
  const answers = await lastValueFrom(driver.probe({ pid: undefined }).pipe(toArray()));
  expect(answers).toEqual([missed(`127.0.0.1:${port}: Connection refused`)]);
});

describe('HB-9: strangers on the read port', () => {
  const STRANGERS: [title: string, stranger: () => unknown][] = [
    ['that are idle', () => newVisitor()],
    ['that close at once', () => newVisitor().end()],
    ['that reset the connection', () => newVisitor().on('connect', reset)],
    ['that chatter', () => newVisitor().write('GET / HTTP/1.0\r\nHost: x\r\n\r\n')],
    ['that say a little', () => newVisitor().write('?')],
    ['that say what is as long as the message', () => newVisitor().write(WRONG)],
  ];

  function reset(this: Socket): void {
    this.resetAndDestroy();
  }

  test.each(STRANGERS)('%s cost nothing', async (_, stranger) => {
    const comeInFront = () => Array.from({ length: 5 }, stranger);
    const farEnd: FarEnd = async (nth) => {
      if (nth > 1) return;
      const mine = newVisitor();
      await new Promise((resolve) => mine.once('connect', resolve));
      await new Promise((resolve) => setTimeout(resolve, 50));
      mine.write(MESSAGE);
    };
    expect((await probe(farEnd, LONG, comeInFront)).answers).toEqual([ANSWERED]);
    await expectEverySocketClosed();
  });

  test.each(STRANGERS)('%s never answer', async (_, stranger) => {
    const comeAgainAndAgain = () => keepDoing(stranger);
    const { answers } = await probe(() => undefined, SHORT, comeAgainAndAgain);
    for (const timer of timers) clearInterval(timer);
    expect(answers).toMatchObject([{ type: 'heartbeat.missed' }]);
    await expectEverySocketClosed();
  });
});

describe('the stream', () => {
  test('makes a new message and new connections for each probe', async () => {
    const message = vi.fn(() => MESSAGE);
    await openLoop(good, LONG);
    const driver = createLoopDriver({ port: forward!.port, readPort, message, timeoutMs: LONG });
    await lastValueFrom(driver.probe({ pid: undefined }));
    await lastValueFrom(driver.probe({ pid: undefined }));
    expect([message.mock.calls.length, forward!.sockets.length]).toEqual([2, 2]);
  });

  test('does not take the answer to an earlier probe for one', async () => {
    await openLoop(() => newVisitor().write(MESSAGE), SHORT);
    const message = () => WRONG;
    const driver = createLoopDriver({ port: forward!.port, readPort, message, timeoutMs: SHORT });
    const answers = await lastValueFrom(driver.probe({ pid: undefined }).pipe(toArray()));
    expect(answers).toEqual([NOBODY_CAME]);
  });

  test('closes every connection when nobody listens any more', async () => {
    const { driver } = await openLoop(() => newVisitor(), LONG);
    const probing = driver.probe({ pid: undefined }).subscribe();
    newVisitor().write(HALF);
    await expect.poll(() => visitors.length, PATIENT).toBe(2);
    await expect.poll(() => visitors.every(({ pending }) => !pending), PATIENT).toBe(true);
    probing.unsubscribe();
    await expectEverySocketClosed();
  });

  test('asks nobody before somebody listens', async () => {
    const { driver, seen } = await openLoop(good, LONG);
    driver.probe({ pid: undefined });
    await lastValueFrom(driver.probe({ pid: undefined }));
    expect([seen.tries, forward!.sockets.length]).toEqual([1, 1]);
  });
});

describe('HB-12: where an ssh that never answered is not ended for a refusal', () => {
  const answerTo = async (farEnd: FarEnd, timeoutMs: number, hasAnswered = false) => {
    const { driver } = await openLoop(farEnd, timeoutMs, 'impossible');
    return lastValueFrom(driver.probe({ pid: undefined, hasAnswered }));
  };

  test.each<[what: string, farEnd: FarEnd]>([
    ['hangs up', (_, socket) => socket.end()],
    ['hangs up without a word', (_, socket) => socket.resetAndDestroy()],
  ])('a far end that %s at once is one that cannot be asked', async (_what, farEnd) => {
    expect((await answerTo(farEnd, LONG)).type).toBe('heartbeat.impossible');
  });

  test('so is a port at which nobody listens', async () => {
    const { driver } = await openLoop(good, LONG, 'impossible');
    await forward!.close();
    const answer = await lastValueFrom(driver.probe({ pid: undefined, hasAnswered: false }));
    expect(answer).toMatchObject({
      type: 'heartbeat.impossible',
      reason: expect.stringContaining('Connection refused'),
    });
  });

  test.each<[what: string, farEnd: FarEnd, hasAnswered: boolean]>([
    ['silence', () => undefined, false],
    ['an end after an answer', (_, socket) => socket.end(), true],
    ['a visitor who goes', () => newVisitor().end(), false],
  ])('%s stays missed', async (_what, farEnd, hasAnswered) => {
    expect((await answerTo(farEnd, SHORT, hasAnswered)).type).toBe('heartbeat.missed');
  });

  test('the way round is an answer', async () => {
    expect((await answerTo(good, LONG)).type).toBe('heartbeat.answered');
  });
});
