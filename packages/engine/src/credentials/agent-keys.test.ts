import { execFileSync, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { findProgram } from '../program/find-program.ts';
import { agentAnswers } from '../ssh-agent.ts';
import { skipWithout } from '../testing/missing-part.ts';
import { kill } from '../testing/processes.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { agentFingerprint, NO_AGENT } from './agent-keys.ts';

const folder = scratchFolder();
const servers: Server[] = [];
let sockets = 0;

afterEach(() => {
  vi.useRealTimers();
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => folder.remove());

function newSocket(): string {
  sockets += 1;
  return folder.file(`socket-${sockets}`);
}

/** An agent that does what it is told with each connection. */
async function agent(onRequest: (socket: Socket, request: Buffer) => void): Promise<string> {
  const path = newSocket();
  const server = createServer((socket) =>
    socket.on('error', () => undefined).on('data', (request) => onRequest(socket, request)),
  );
  servers.push(server.listen(path));
  await once(server, 'listening');
  return path;
}

function message(body: Buffer, length = body.length): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(length);
  return Buffer.concat([head, body]);
}

const KEYS = Buffer.from([12, 0, 0, 0, 0]);
const OTHER_KEYS = Buffer.from([12, 0, 0, 0, 1, 7]);

describe('the fingerprint of an agent', () => {
  test('is that of its whole answer, however it is cut', async () => {
    const atOnce = await agent((socket) => socket.write(message(KEYS)));
    const inBytes = await agent(async (socket) => {
      for (const byte of message(KEYS)) {
        socket.write(Buffer.from([byte]));
        await new Promise(setImmediate);
      }
    });
    const fingerprint = await agentFingerprint(atOnce);
    expect(fingerprint).toMatch(/^[\da-f]{64}$/);
    expect(await agentFingerprint(inBytes)).toBe(fingerprint);
  });

  test('is another for other keys', async () => {
    const one = await agent((socket) => socket.write(message(KEYS)));
    const other = await agent((socket) => socket.write(message(OTHER_KEYS)));
    expect(await agentFingerprint(one)).not.toBe(await agentFingerprint(other));
  });

  test('comes after the question for keys', async () => {
    const requests: Buffer[] = [];
    const path = await agent((socket, request) => {
      requests.push(request);
      socket.write(message(KEYS));
    });
    await agentFingerprint(path);
    expect(requests).toEqual([message(Buffer.from([11]))]);
  });

  test('of the largest answer is one', async () => {
    const path = await agent((socket) => socket.write(message(Buffer.alloc(256 * 1024))));
    expect(await agentFingerprint(path)).toMatch(/^[\da-f]{64}$/);
  });
});

describe('there is no agent', () => {
  test.each<[title: string, socket: () => string]>([
    ['where nothing is', newSocket],
    ['at a folder', () => folder.path],
    ['at a path that is too long for a socket', () => folder.file('x'.repeat(300))],
    ['at a path below a file', () => `${process.execPath}/agent`],
  ])('%s', async (_, socket) => {
    expect(await agentFingerprint(socket())).toBe(NO_AGENT);
  });
});

describe('nothing is known about the keys', () => {
  test.each<[title: string, onRequest: (socket: Socket) => void]>([
    ['of an agent that hangs up', (socket) => socket.end()],
    ['of one that hangs up in its answer', (socket) => socket.end(message(KEYS, 100))],
    ['of one that announces too much', (socket) => socket.write(message(KEYS, 256 * 1024 + 1))],
    ['of one that announces 4 GB', (socket) => socket.write(message(KEYS, 0xffff_ffff))],
    ['of one that says more than it announced', (socket) => socket.write(message(KEYS, 3))],
  ])('%s', async (_, onRequest) => {
    // The deadline never comes.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    expect(await agentFingerprint(await agent(onRequest))).toBeUndefined();
  });

  test('of one that is mute for a second', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asked = new EventEmitter();
    const path = await agent(() => asked.emit('request'));
    const request = once(asked, 'request');
    const answer = agentFingerprint(path);
    await request;
    vi.advanceTimersByTime(1000);
    expect(await answer).toBeUndefined();
  });
});

const TOOLS = ['ssh-agent', 'ssh-add', 'ssh-keygen'];
const hasTools = TOOLS.every((tool) => 'path' in findProgram(tool));

describe.skipIf(skipWithout(TOOLS.join(', '), hasTools))('the real ssh-agent', () => {
  test('has another fingerprint with each set of keys, and when it is gone', async () => {
    const SSH_AUTH_SOCK = newSocket();
    const process_ = spawn('ssh-agent', ['-D', '-a', SSH_AUTH_SOCK], { stdio: 'ignore' });
    const ended = once(process_, 'exit');
    await expect.poll(() => agentAnswers(SSH_AUTH_SOCK), { timeout: 90_000 }).toBe(true);
    const add = (...words: string[]) =>
      execFileSync('ssh-add', words, {
        env: { ...process.env, SSH_AUTH_SOCK },
        stdio: 'ignore',
      });
    for (const key of ['one', 'two']) {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', folder.file(key)]);
    }
    const none = await agentFingerprint(SSH_AUTH_SOCK);
    expect(await agentFingerprint(SSH_AUTH_SOCK)).toBe(none);
    add(folder.file('one'));
    const one = await agentFingerprint(SSH_AUTH_SOCK);
    add(folder.file('two'));
    const two = await agentFingerprint(SSH_AUTH_SOCK);
    add('-d', folder.file('two'));
    expect(await agentFingerprint(SSH_AUTH_SOCK)).toBe(one);
    add('-D');
    expect(await agentFingerprint(SSH_AUTH_SOCK)).toBe(none);
    kill(process_.pid!);
    await ended;
    expect(await agentFingerprint(SSH_AUTH_SOCK)).toBe(NO_AGENT);
    expect(new Set([none, one, two, NO_AGENT]).size).toBe(4);
  });
});
