import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { VirtualTimeScheduler } from 'rxjs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { credentialChange$ } from './credential-change.ts';

let home: ScratchFolder;
const servers: Server[] = [];

beforeEach(() => void (home = scratchFolder()));
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) server.close();
  home.remove();
});

const EMPTY_LIST = Buffer.from([0, 0, 0, 5, 12, 0, 0, 0, 0]);

async function startAgent(path: string): Promise<Server> {
  const server = createServer((socket) => socket.on('data', () => socket.end(EMPTY_LIST)));
  servers.push(server.listen(path));
  await once(server, 'listening');
  return server;
}

/** A watch whose looks are made one at a time: `look` resolves when a look is over. */
function watch(more: { agentSocket?: string; files?: string[] } = {}) {
  const scheduler = new VirtualTimeScheduler();
  const looked = { times: 0 };
  let told = 0;
  const subscription = credentialChange$({
    folder: home.file('ssh'),
    agentSocket: '',
    scheduler,
    ...more,
    nowMs: () => {
      looked.times += 1;
      return scheduler.now();
    },
  }).subscribe(() => (told += 1));
  const look = async () => {
    const { times } = looked;
    scheduler.maxFrames = times * 5000;
    scheduler.flush();
    await vi.waitUntil(() => looked.times > times, { interval: 1, timeout: 90_000 });
    return told;
  };
  return { look, subscription, scheduler };
}

test('a new key in the folder is told once, and what is there at first is not', async () => {
  mkdirSync(home.file('ssh'));
  writeFileSync(home.file('ssh/id_rsa'), 'key');
  const { look, subscription } = watch();
  expect([await look(), await look()]).toEqual([0, 0]);
  writeFileSync(home.file('ssh/id_ed25519'), 'key');
  expect([await look(), await look()]).toEqual([1, 1]);
  subscription.unsubscribe();
});

test('a key that was named on the command line is told when it appears', async () => {
  const { look, subscription } = watch({ files: [home.file('deploy')] });
  expect(await look()).toBe(0);
  writeFileSync(home.file('deploy'), 'key');
  expect(await look()).toBe(1);
  subscription.unsubscribe();
});

test('an agent that begins to answer is told', async () => {
  const agentSocket = home.file('agent');
  const { look, subscription } = watch({ agentSocket });
  expect(await look()).toBe(0);
  await startAgent(agentSocket);
  expect([await look(), await look()]).toEqual([1, 1]);
  subscription.unsubscribe();
});

test('the agent is the one of SSH_AUTH_SOCK unless another is named', async () => {
  vi.stubEnv('SSH_AUTH_SOCK', home.file('agent'));
  const asked = once(await startAgent(home.file('agent')), 'connection');
  const subscription = credentialChange$({ folder: home.file('ssh') }).subscribe();
  await asked;
  subscription.unsubscribe();
});

test('leaves no timer when nobody listens any more', async () => {
  const { look, subscription, scheduler } = watch();
  await look();
  subscription.unsubscribe();
  scheduler.maxFrames = 60_000;
  scheduler.flush();
  expect(scheduler.actions).toEqual([]);
});
