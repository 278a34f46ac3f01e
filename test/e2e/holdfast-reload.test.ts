import type { FleetChanges } from '@holdfast/engine';
import type { EmbeddedServer } from '@holdfast/demo';
import { afterEach, describe, expect, test } from 'vitest';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { startForwardingScene, tunnelOf } from './support/forwarding-scene.ts';
import {
  echoForward,
  endHoldfastScenes,
  type HoldfastScene,
  jsonOf,
  tunnelToServer,
} from './support/holdfast.ts';
import { listeningPorts } from './support/process-facts.ts';
import { converse } from './support/tcp-conversation.ts';

const NOTHING: FleetChanges = {
  added: [],
  removed: [],
  restarted: [],
  adjusted: [],
  unchanged: [],
  problems: [],
};
const PIECE = 200_000;

afterEach(async () => {
  await endHoldfastScenes();
  await endScene();
});

async function reload(scene: HoldfastScene): Promise<unknown> {
  const outcome = await scene.holdfast('reload', '--json');
  expect(outcome).toMatchObject({ status: 0, stderr: '' });
  return jsonOf(outcome);
}

/** A connection through a forward, on which something is always under way. */
async function startStream(port: number) {
  const conversation = await converse(port);
  let sent = '';
  const send = () => {
    const piece = `${sent.length}:`.padEnd(PIECE, String(sent.length / PIECE));
    sent += piece;
    conversation.write(piece);
  };
  send();
  return {
    send,
    async expectWhole() {
      await expect.poll(() => conversation.received.length, PATIENT).toBe(sent.length);
      expect(conversation.received === sent).toBe(true);
      expect(conversation.isClosed).toBe(false);
    },
  };
}

function withForwards(server: EmbeddedServer, ports: readonly number[]): string {
  return tunnelToServer('db', server, { local: ports.map(echoForward) });
}

test('forwards come and go with the file on the running connection, while a stream through another flows byte for byte', async () => {
  const { server, port, scene, before } = await startForwardingScene(3);
  const stream = await startStream(port);
  scene.write(withForwards(server, [port, port + 1]));
  expect(await reload(scene)).toEqual({ ...NOTHING, adjusted: ['db'] });
  await expectBytes(port + 1);
  stream.send();
  scene.write(withForwards(server, [port, port + 2]));
  expect(await reload(scene)).toEqual({ ...NOTHING, adjusted: ['db'] });
  await expectBytes(port + 2);
  stream.send();
  scene.write(withForwards(server, [port]));
  expect(await reload(scene)).toEqual({ ...NOTHING, adjusted: ['db'] });
  expect(listeningPorts(before.pid!)).toEqual([port]);
  await stream.expectWhole();
  expect(await tunnelOf(scene)).toMatchObject({ pid: before.pid, starts: 1 });
});

test('a file that has not changed changes nothing', async () => {
  const { scene, before } = await startForwardingScene(3);
  expect(await reload(scene)).toEqual({ ...NOTHING, unchanged: ['db'] });
  expect(await tunnelOf(scene)).toMatchObject({ pid: before.pid, starts: 1 });
});

test('a changed host gets a new ssh, what is new is started, and what went is ended', async () => {
  const { server, port, scene, before } = await startForwardingScene(3);
  const other = await startServer();
  const extra = tunnelToServer('extra', server, { local: [echoForward(port + 1)] });
  const moved = tunnelToServer('db', other, { local: [echoForward(port)] });
  scene.write(`${moved}${extra}`);
  expect(await reload(scene)).toEqual({ ...NOTHING, added: ['extra'], restarted: ['db'] });
  await scene.up('--wait', '90s');
  await expectBytes(port);
  expect(other.connections).toBe(1);
  const extraPid = (await tunnelOf(scene, 'extra')).pid;
  expect((await tunnelOf(scene)).pid).not.toBe(before.pid);
  scene.write(moved);
  expect(await reload(scene)).toEqual({ ...NOTHING, removed: ['extra'], unchanged: ['db'] });
  expect((await scene.status()).tunnels.map(({ name }) => name)).toEqual(['db']);
  await expect.poll(() => scene.processes(), PATIENT).not.toContain(extraPid);
  await expect.poll(() => server.connections, PATIENT).toBe(0);
});

describe('a bad edit changes nothing that runs:', () => {
  test.each([
    ['no TOML', '[tunnels.db\n', ':1:'],
    ['an unknown key', '[tunnels.db]\nhost = "gw"\nlocale = []\n', ':3:1: unknown key "locale"'],
    ['no host', '[tunnels.db]\nlocal = []\n', 'host'],
  ])('%s', async (_, text, place) => {
    const { scene, before, port } = await startForwardingScene(3);
    scene.write(text);
    const outcome = await scene.holdfast('reload');
    expect(outcome).toMatchObject({ status: 4, stdout: '' });
    expect(outcome.stderr).toContain(scene.configFile);
    expect(outcome.stderr).toContain(place);
    expect(await tunnelOf(scene)).toMatchObject({
      host: before.host,
      pid: before.pid,
      starts: 1,
    });
    await expectBytes(port);
  });
});

test('SIGHUP reads the file again; with errors in it, nothing happens', async () => {
  const { server, port, scene, before } = await startForwardingScene(3);
  const supervisor = (await scene.hello())!.pid;
  scene.write('[tunnels.db\n');
  process.kill(supervisor, 'SIGHUP');
  expect((await scene.holdfast('reload')).status).toBe(4);
  scene.write(withForwards(server, [port, port + 1]));
  process.kill(supervisor, 'SIGHUP');
  await expectBytes(port + 1);
  expect(await tunnelOf(scene)).toMatchObject({ pid: before.pid, starts: 1 });
});
