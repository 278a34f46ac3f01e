import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listen, type ListeningServer } from '../testing/loopback.ts';
import { skipWithout } from '../testing/missing-part.ts';
import { playMaster } from '../testing/played-master.ts';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { endWithSession, sessionOf } from './session-end.ts';

const PATIENT = { timeout: 90_000, interval: 10 };

let folder: ScratchFolder;
let server: ListeningServer | undefined;
let played: ChildProcess | undefined;

beforeEach(() => {
  folder = scratchFolder();
});

afterEach(async () => {
  played?.kill('SIGKILL');
  await server?.close();
  played = server = undefined;
  folder.remove();
});

const path = () => folder.file('s');

/** Has descriptors as ssh has them: listens at a path, holds a copy of its stderr, and does what it is told. */
const PLAYED_SSH = `
  const net = require('node:net'), fs = require('node:fs');
  let copy;
  const orders = {
    open() { copy = fs.openSync('/proc/self/fd/2', 'a'); },
    close() { fs.closeSync(copy); },
    connect(port) { this.socket = net.connect(port, '127.0.0.1', () => console.log('connected')); },
    hangUp() { this.socket.destroy(); },
  };
  process.stdin.on('data', (text) => {
    const [order, word] = String(text).trim().split(' ');
    orders[order](word);
    console.log(order);
  });
  net.createServer().listen(process.argv[1], () => console.log('listens'));
`;

/** Starts it; what is returned gives it an order, and waits until it has told that something is done. */
async function play(bound: string, stderr = folder.file('stderr')) {
  const fd = openSync(stderr, 'w');
  const child = spawn(process.execPath, ['-e', PLAYED_SSH, bound], { stdio: ['pipe', 'pipe', fd] });
  closeSync(fd);
  played = child;
  let told = '';
  child.stdout!.on('data', (text: Buffer) => (told += String(text)));
  const hear = (word: string) => expect.poll(() => told, PATIENT).toContain(word);
  await hear('listens');
  return async (order: string, word = order) => {
    child.stdin!.write(`${order}\n`);
    await hear(word);
  };
}

const systemTells = process.platform === 'linux';

describe.skipIf(skipWithout('a system that shows descriptors', systemTells))('a session', () => {
  test('is over when ssh has closed its copy of stderr', async () => {
    const tell = await play(`${path()}.0123456789abcdef`);
    await tell('open');
    const isOver = sessionOf(path(), played!.pid)!;
    expect(isOver()).toBe(false);
    await tell('close');
    expect(isOver()).toBe(true);
  });

  test('is over only when nothing else runs through ssh', async () => {
    server = await listen((socket) => socket.resume());
    const tell = await play(`${path()}.0123456789abcdef`);
    await tell('open');
    const isOver = sessionOf(path(), played!.pid)!;
    await tell(`connect ${server.port}`, 'connected');
    await tell('close');
    expect(isOver()).toBe(false);
    await tell('hangUp');
    await expect.poll(isOver, PATIENT).toBe(true);
  });

  test('is not over when ssh has ended', async () => {
    const tell = await play(`${path()}.0123456789abcdef`);
    await tell('open');
    const isOver = sessionOf(path(), played!.pid)!;
    played!.kill('SIGKILL');
    await once(played!, 'exit');
    expect(isOver()).toBe(false);
  });

  test('is not over for a stderr that nobody reads, whose copy ssh closes too', async () => {
    const pipe = folder.file('pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const tell = await play(`${path()}.0123456789abcdef`, pipe);
    await tell('open');
    const isOver = sessionOf(path(), played!.pid)!;
    closeSync(reader);
    await tell('close');
    expect(isOver()).toBe(false);
  });

  test.each([
    ['has no session', (name: string) => `${name}.0123456789abcdef`, false],
    ['listens elsewhere', (name: string) => `${name}2.0123456789abcdef`, true],
  ])('cannot be seen at an ssh that %s', async (_what, bound, opens) => {
    const tell = await play(bound(path()));
    if (opens) await tell('open');
    expect(sessionOf(path(), played!.pid)).toBeUndefined();
  });

  test('of nobody cannot be seen', () => {
    expect(sessionOf(path(), undefined)).toBeUndefined();
  });
});

describe('an ssh', () => {
  const TERMINATE = 0x1000_0005;

  test('is told to end when its session is over, and not before', async () => {
    const master = await playMaster(path());
    let isOver = false;
    let looks = 0;
    const stop = endWithSession(path(), () => (looks++, isOver));
    await expect.poll(() => looks, PATIENT).toBeGreaterThan(1);
    expect(master.asked).toEqual([]);
    isOver = true;
    await expect.poll(() => master.asked, PATIENT).toContain(TERMINATE);
    stop();
    await master.close();
  });

  test('that is there no more is no error', async () => {
    let looks = 0;
    const stop = endWithSession(path(), () => ++looks > 0);
    await expect.poll(() => looks, PATIENT).toBeGreaterThan(1);
    stop();
  });
});
