import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findProgram } from './program/find-program.ts';
import { agentAnswers, startSessionAgent, type SessionAgent } from './ssh-agent.ts';
import { skipWithout } from './testing/missing-part.ts';
import { kill } from './testing/processes.ts';
import { scratchFolder } from './testing/scratch-folder.ts';

const AGENT = 'ssh-agent';
const PATIENT = { timeout: 90_000 };
const folder = scratchFolder();
const servers: Server[] = [];
let sockets = 0;

afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => folder.remove());

function newSocket(): string {
  sockets += 1;
  return folder.file(`socket-${sockets}`);
}

async function listener(onSocket: (socket: Socket) => void): Promise<string> {
  const path = newSocket();
  const server = createServer((socket) => onSocket(socket.on('error', () => undefined)));
  servers.push(server.listen(path));
  await once(server, 'listening');
  return path;
}

describe('no agent answers', () => {
  test.each<[title: string, socket: () => string | Promise<string>]>([
    ['where nothing is', newSocket],
    ['at a folder', () => folder.path],
    ['where somebody listens who hangs up', () => listener((socket) => socket.end())],
    ['where somebody listens who is mute', () => listener((socket) => socket.resume())],
  ])('%s', async (_, socket) => {
    expect(await agentAnswers(await socket())).toBe(false);
  });
});

describe.skipIf(skipWithout(AGENT, 'path' in findProgram(AGENT)))('the real ssh-agent', () => {
  test('answers', async () => {
    const path = newSocket();
    const agent = spawn(AGENT, ['-D', '-a', path], { stdio: 'ignore' });
    await expect.poll(() => agentAnswers(path), PATIENT).toBe(true);
    kill(agent.pid!);
  });

  describe('of a session', () => {
    let agent: SessionAgent | undefined;
    const home = folder.file('home');
    mkdirSync(home);

    beforeEach(() => void vi.stubEnv('TMPDIR', home));
    afterEach(() => agent?.close());

    test('answers at a socket in a folder that only this user can enter', async () => {
      agent = await startSessionAgent();
      expect(await agentAnswers(agent!.socket)).toBe(true);
      expect(statSync(dirname(agent!.socket)).mode & 0o777).toBe(0o700);
      expect(dirname(dirname(agent!.socket))).toBe(home);
    });

    test('ends when it is closed, and leaves nothing behind', async () => {
      agent = await startSessionAgent();
      const connection = await connectTo(agent!.socket);
      agent!.close();
      await connection.closed;
      expect(existsSync(dirname(agent!.socket))).toBe(false);
      expect(() => agent!.close()).not.toThrow();
    });

    test('is there twice when it is started twice', async () => {
      agent = await startSessionAgent();
      const other = await startSessionAgent();
      other!.close();
      expect(other!.socket).not.toBe(agent!.socket);
      expect(await agentAnswers(agent!.socket)).toBe(true);
    });
  });
});

describe('there is no agent of a session, and no folder', () => {
  const bin = folder.file('bin');
  const home = folder.file('empty-home');
  mkdirSync(bin);
  mkdirSync(home);

  test.each<[title: string, prepare: () => void]>([
    ['without the program', () => undefined],
    ['when the program ends at once', () => void folder.program('bin/ssh-agent', 'exit 1')],
    ['when it never answers', () => void folder.program('bin/ssh-agent', 'exec /bin/sleep 60')],
  ])('%s', async (_, prepare) => {
    vi.stubEnv('PATH', bin);
    vi.stubEnv('TMPDIR', home);
    prepare();
    expect(await startSessionAgent()).toBeUndefined();
    expect(readdirSync(home)).toEqual([]);
  });
});

/** A connection to an agent; it is closed when the agent ends. */
async function connectTo(path: string): Promise<{ closed: Promise<unknown> }> {
  const socket = connect({ path }).on('error', () => undefined);
  await once(socket, 'connect');
  return { closed: new Promise((resolve) => socket.resume().once('close', resolve)) };
}
