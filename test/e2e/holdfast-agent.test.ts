import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import {
  createHoldfastScene,
  endHoldfastScenes,
  type HoldfastScene,
  jsonOf,
  tunnelToml,
} from './support/holdfast.ts';
import { type StartedProgram, startProgram } from './support/started-program.ts';

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0)) await end();
  await endHoldfastScenes();
});

async function startAgent(scene: HoldfastScene, name: string) {
  const socket = scene.folder.file(name);
  const agent: StartedProgram = await startProgram(['ssh-agent', '-D', '-a', socket], /SSH_AUTH/);
  endings.push(() => agent.kill());
  return { socket, kill: () => agent.kill() };
}

test("the caller's agent is taken over if there is none that lives, and only then", async () => {
  const scene = createHoldfastScene();
  // What each ssh has of it, a line for each start.
  scene.folder.writeScript(
    'bin/ssh',
    `echo "\${SSH_AUTH_SOCK:-none}" >> '${scene.folder.file('seen')}'`,
    'exec sleep 600',
  );
  scene.write(tunnelToml('db', 'gw', { heartbeat: 'none' }));
  const order = async (agent: string | undefined, ...words: string[]) => {
    const caller = createHoldfastScene({ ...scene.environment, SSH_AUTH_SOCK: agent });
    const outcome = await caller.holdfast(...words);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    return outcome.stdout;
  };
  const seen = () => scene.folder.read('seen').trimEnd().split('\n');
  const [first, second] = [
    await startAgent(scene, 'first agent'),
    await startAgent(scene, 'second'),
  ];
  const mute = scene.folder.file('mute');
  const deaf = createServer();
  await new Promise<void>((done) => deaf.listen(mute, done));
  endings.push(() => deaf.close());
  writeFileSync(scene.folder.file('file'), '');

  await order(undefined, 'up');
  await expect.poll(seen).toEqual(['none']);
  const useless = [undefined, '', 'relative', mute, scene.folder.file('file'), '/nowhere', '/x\n'];
  for (const agent of useless) {
    expect(await order(agent, 'restart', '--json')).toBe('{"tunnels":["db"]}\n');
  }
  expect(await order(first.socket, 'restart')).toBe(
    `the supervisor had no working ssh-agent: it now uses yours (${first.socket})\nrestarting: db\n`,
  );
  await expect.poll(() => seen().at(-1)).toBe(first.socket);
  const again = await order(second.socket, 'reload');
  expect(again).not.toContain('ssh-agent');
  await first.kill();
  const taken = jsonOf({
    stdout: await order(second.socket, 'up', '--json'),
    stderr: '',
    status: 0,
  });
  expect(taken).toMatchObject({ tunnels: ['db'], agent: second.socket });
  await order(undefined, 'restart');
  await expect.poll(() => seen().at(-1)).toBe(second.socket);
  expect((await scene.holdfast('logs')).stdout).toContain(second.socket);
});
