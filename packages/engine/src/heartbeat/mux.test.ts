import type { HeartbeatEvent } from '@holdfast/machines';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { lastValueFrom, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { framePacket, PacketCutter } from '../mux/framing.ts';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import {
  clearControlPath,
  controlMasterArguments,
  controlPathProblem,
  createMuxDriver,
} from './mux.ts';

const [ALIVE_CHECK, OPEN, CLOSE] = [0x1000_0004, 0x1000_0006, 0x1000_0007];
const [OK, DENIED, FAILURE, ALIVE] = [0x8000_0001, 0x8000_0002, 0x8000_0003, 0x8000_0005];

const SSH_PID = 4242;
const ANSWERED = { type: 'heartbeat.answered' };
const PATIENT = { timeout: 90_000, interval: 5 };
/** A time-out that passes in the case, and one that must not pass. */
const SHORT = 150;
const LONG = 90_000;

let folder: ScratchFolder;
let servers: Server[] = [];
let sockets: Socket[] = [];
let asked: number[] = [];

beforeEach(() => {
  folder = scratchFolder();
  [servers, sockets, asked] = [[], [], []];
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) await once(server.close(), 'close');
  folder.remove();
});

/** What ssh says to a request: the type of the answer and what follows its number; nothing, or that it hangs up. */
type Says = readonly [type: number, rest: Buffer] | 'nothing' | 'bye';

const word = (value: number) => Buffer.from(value.toString(16).padStart(8, '0'), 'hex');
const text = (value: string) => Buffer.concat([word(value.length), Buffer.from(value)]);

/** An ssh whose server grants everything, if it is not told otherwise. */
const GRANTS: Readonly<Record<number, Says>> = {
  [ALIVE_CHECK]: [ALIVE, word(SSH_PID)],
  [OPEN]: [OK, Buffer.alloc(0)],
  [CLOSE]: [OK, Buffer.alloc(0)],
};

async function playMaster(says: Readonly<Record<number, Says>> = {}, version = 4): Promise<void> {
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    const cutter = new PacketCutter();
    socket.write(framePacket(Buffer.concat([word(1), word(version)])));
    socket.on('data', (piece) => {
      for (const packet of cutter.cut(piece)) {
        const type = packet.readUInt32BE();
        if (type === 1) continue;
        asked.push(type);
        const said = { ...GRANTS, ...says }[type] ?? 'nothing';
        if (said === 'bye') socket.end();
        if (typeof said === 'string') continue;
        const [answer, rest] = said;
        socket.write(framePacket(Buffer.concat([word(answer), packet.subarray(4, 8), rest])));
      }
    });
  });
  servers.push(server);
  server.listen(folder.file('s'));
  await once(server, 'listening');
}

function probe$(timeoutMs = LONG, pid: number | undefined = SSH_PID, path = folder.file('s')) {
  return createMuxDriver({ controlPath: path, timeoutMs }).probe({ pid });
}

/** Every answer to one probe. */
const probe = (...settings: Parameters<typeof probe$>): Promise<HeartbeatEvent[]> =>
  lastValueFrom(probe$(...settings).pipe(toArray()));

const missed = (reason: string) => ({
  type: 'heartbeat.missed',
  reason: expect.stringContaining(reason),
});

const unsent = (reason: string) => ({
  type: 'heartbeat.unsent',
  reason: expect.stringContaining(reason),
});

const impossible = (reason: string) => ({
  type: 'heartbeat.impossible',
  reason: expect.stringContaining(reason),
});

const allAreGone = () =>
  expect.poll(() => sockets.every(({ closed }) => closed), PATIENT).toBe(true);

const failure = (reason: string): Says => [FAILURE, text(reason)];

describe('an ssh whose server', () => {
  test('grants the forward is alive; the forward is taken back', async () => {
    await playMaster();
    expect(await probe()).toEqual([ANSWERED]);
    await expect.poll(() => asked, PATIENT).toEqual([ALIVE_CHECK, OPEN, CLOSE]);
    await allAreGone();
  });

  test('refuses it is alive', async () => {
    await playMaster({ [OPEN]: failure('remote port forwarding failed for listen port 0') });
    expect(await probe()).toEqual([ANSWERED]);
    await allAreGone();
    expect(asked).toEqual([ALIVE_CHECK, OPEN]);
  });

  test('is silent is missed', async () => {
    await playMaster({ [OPEN]: 'nothing' });
    expect(await probe(SHORT)).toEqual([missed('the server does not answer (waited 150 ms)')]);
  });

  test('is alive, though ssh does not say that the forward is gone', async () => {
    await playMaster({ [CLOSE]: 'nothing' });
    expect(await probe()).toEqual([ANSWERED]);
  });
});

describe('an ssh that', () => {
  test.each<[title: string, says: Record<number, Says>, event: unknown]>([
    ['hangs up at the question', { [OPEN]: 'bye' }, unsent('ssh closed its control socket')],
    ['hangs up before', { [ALIVE_CHECK]: 'bye' }, unsent('ssh closed its control socket')],
    [
      'is another one',
      { [ALIVE_CHECK]: [ALIVE, word(7)] },
      unsent('is held by pid 7, not by ssh (pid 4242)'),
    ],
    [
      'asks a user who says no',
      { [OPEN]: [DENIED, text('Permission denied')] },
      impossible('ssh refused: Permission denied'),
    ],
    [
      'refuses by itself',
      { [OPEN]: failure('Invalid forwarding request') },
      impossible('ssh refused: Invalid forwarding request'),
    ],
    ['answers nonsense', { [OPEN]: [ALIVE, word(1)] }, impossible('that nobody asked for')],
  ])('%s does not count as alive', async (_, says, event) => {
    await playMaster(says);
    expect(await probe()).toEqual([event]);
    await allAreGone();
  });

  test('is silent is missed', async () => {
    await playMaster({ [ALIVE_CHECK]: 'nothing' });
    expect(await probe(SHORT)).toEqual([missed('ssh does not answer at its control socket')]);
    await allAreGone();
  });

  test('speaks another version can never be asked', async () => {
    await playMaster({}, 5);
    expect(await probe()).toEqual([impossible('version 5 of the multiplexing protocol, not 4')]);
  });

  test('is not known by its pid is believed', async () => {
    await playMaster();
    const driver = createMuxDriver({ controlPath: folder.file('s'), timeoutMs: LONG });
    expect(await lastValueFrom(driver.probe({ pid: undefined }))).toEqual(ANSWERED);
    expect(asked[0]).toBe(OPEN);
  });
});

describe('a socket that', () => {
  test('is not there is missed after the whole time-out', async () => {
    const before = performance.now();
    const answers = await probe(SHORT);
    expect(answers).toEqual([missed('No such file or directory: ssh has not logged in yet')]);
    expect(performance.now() - before).toBeGreaterThanOrEqual(SHORT - 1);
  });

  test('comes within the time-out is asked', async () => {
    const answers = probe();
    await new Promise((resolve) => setTimeout(resolve, SHORT));
    await playMaster();
    expect(await answers).toEqual([ANSWERED]);
  });

  test('can never be there is impossible', async () => {
    const path = folder.file('x'.repeat(200));
    expect(await probe(LONG, SSH_PID, path)).toEqual([impossible('longer than')]);
  });
});

describe('the stream', () => {
  test('asks nobody before somebody listens', async () => {
    await playMaster();
    probe$();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sockets).toEqual([]);
  });

  test('closes its connection when nobody listens any more', async () => {
    await playMaster({ [ALIVE_CHECK]: 'nothing' });
    const probing = probe$().subscribe();
    await expect.poll(() => asked.length, PATIENT).toBe(1);
    probing.unsubscribe();
    await allAreGone();
  });

  test('looks for no socket when nobody listens any more', async () => {
    probe$().subscribe().unsubscribe();
    await playMaster();
    await new Promise((resolve) => setTimeout(resolve, SHORT));
    expect(sockets).toEqual([]);
  });
});

test('ssh is told to listen for one user, as long as it lives', () => {
  expect(controlMasterArguments('/run/100%/s')).toEqual([
    '-o',
    'ControlMaster=yes',
    '-o',
    'ControlPersist=no',
    '-S',
    '/run/100%%/s',
  ]);
});

test.each([
  ['/run/user/0/holdfast/ssh/0123456789ab', undefined],
  [`/${'x'.repeat(89)}`, undefined],
  [`/${'x'.repeat(90)}`, 'has 91 bytes: ssh has room for 90'],
  [`/${'é'.repeat(45)}`, 'has 91 bytes: ssh has room for 90'],
  ['/home/$x/{y}/%h/~/"#\\', undefined],
  ['/home/${x}/s', 'has "${" in it, which ssh takes for a variable'],
])('the control path %s', (path, problem) => {
  expect(controlPathProblem(path)).toBe(problem);
});

describe('the socket of a killed ssh', () => {
  test('is removed', async () => {
    await playMaster();
    clearControlPath(folder.file('s'));
    expect(existsSync(folder.file('s'))).toBe(false);
  });

  test('may be missing', () => {
    clearControlPath(folder.file('s'));
  });

  test('is not a file of somebody else', () => {
    const file = folder.program('file', '');
    clearControlPath(file);
    expect(existsSync(file)).toBe(true);
  });
});
