import { existsSync, readdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { FleetEvent } from '@holdfast/engine';
import { expectBytes } from './support/echo-bytes.ts';
import { PATIENT } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  echoForward,
  endHoldfastScenes,
  type HoldfastScene,
  tunnelToServer,
} from './support/holdfast.ts';
import {
  type NamespaceSshd,
  sshdAvailable,
  startSshdInNamespace,
} from './support/sshd-namespace.ts';
import { endAllConversations } from './support/tcp-conversation.ts';

let sshd: NamespaceSshd;

afterEach(async () => {
  endAllConversations();
  await endHoldfastScenes();
  await sshd.close();
});

/** A scene whose tunnel leads from a port here to one at the server, from there back here, and from here to the server's echo. */
async function createScene(release: boolean, config: readonly string[] = []) {
  sshd = await startSshdInNamespace(config);
  const port = await findFreePorts(2);
  const back = port + 1;
  const scene = createHoldfastScene();
  const local = [`127.0.0.1:${port}:127.0.0.1:8080`, echoForward(back)];
  const remote = [`127.0.0.1:8080:127.0.0.1:${back}`];
  scene.write(tunnelToServer('back', sshd, { local, remote, release }));
  const tunnel = async () => (await scene.status()).tunnels[0]!;
  return { scene, port, tunnel };
}

const notes = ({ folder }: HoldfastScene) => {
  const path = folder.file('state/holdfast/sessions');
  return existsSync(path) ? readdirSync(path) : [];
};

async function factsOf(scene: HoldfastScene): Promise<readonly FleetEvent['fact'][]> {
  const { stdout } = await scene.holdfast('logs', '--json', '-n', '1000');
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as FleetEvent).fact);
}

/** As when this machine loses its power: the server hears nothing, and its session lives on. */
async function killWithFrozenSession(scene: HoldfastScene): Promise<void> {
  sshd.freeze();
  process.kill((await scene.hello())!.pid, 'SIGKILL');
  for (const pid of scene.processes()) process.kill(pid, 'SIGKILL');
  await expect.poll(() => scene.processes(), PATIENT).toEqual([]);
}

describe.skipIf(sshdAvailable())('a remote port that the session of a killed ssh holds', () => {
  test('is released by the next supervisor, and the tunnel carries again', async () => {
    const { scene, port, tunnel } = await createScene(true);
    await scene.up('--wait', '90s');
    await expectBytes(port);
    await expect
      .poll(() => notes(scene), PATIENT)
      .toEqual([expect.stringMatching(/^[\da-f]{12}\.json$/)]);
    await killWithFrozenSession(scene);

    await scene.up('--wait', '90s');
    await expectBytes(port);
    expect(await tunnel()).toMatchObject({ starts: 1, failure: null });
    expect(await factsOf(scene)).toContainEqual({
      type: 'session.released',
      pid: expect.any(Number),
      hadEnded: false,
    });
    // That of the session of now.
    await expect.poll(() => notes(scene).length, PATIENT).toBe(1);
  });

  test('is released for the next ssh of the same supervisor', async () => {
    const { scene, port, tunnel } = await createScene(true);
    await scene.up('--wait', '90s');
    await expect.poll(() => notes(scene).length, PATIENT).toBe(1);
    sshd.freeze();
    process.kill((await tunnel()).pid!, 'SIGKILL');
    await expect.poll(async () => (await tunnel()).starts, PATIENT).toBe(2);
    await scene.up('--wait', '90s');
    await expectBytes(port);
    expect(await tunnel()).toMatchObject({ starts: 2, failure: { class: 'dropped', times: 1 } });
  });

  test('is waited for without release', async () => {
    const { scene, port, tunnel } = await createScene(false);
    await scene.up('--wait', '90s');
    await killWithFrozenSession(scene);
    await scene.up();
    const failures = async () => (await tunnel()).failure;
    await expect.poll(async () => (await failures())?.times, PATIENT).toBeGreaterThanOrEqual(2);
    expect(await failures()).toMatchObject({ class: 'remote-port-held' });
    expect(notes(scene)).toEqual([]);
    // It is nothing but that session.
    sshd.thaw();
    await scene.up('--wait', '90s');
    await expectBytes(port);
  });
});

describe.skipIf(sshdAvailable())('release = true', () => {
  test.each([
    ['has a forced command', ['ForceCommand echo for tunnels only']],
    ['may have no sessions', ['MaxSessions 0']],
  ])('is told to be in vain where the account %s, and costs nothing', async (_, config) => {
    const { scene, port, tunnel } = await createScene(true, config);
    await scene.up('--wait', '90s');
    const expected = { type: 'session.unnoted', reason: 'no-shell' };
    await expect.poll(() => factsOf(scene), PATIENT).toContainEqual(expected);
    await expectBytes(port);
    expect(await tunnel()).toMatchObject({ starts: 1, failure: null, targetFailures: [] });
    expect(notes(scene)).toEqual([]);
  });
});
