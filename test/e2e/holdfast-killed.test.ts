import { existsSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, PATIENT } from './support/embedded-scene.ts';
import { createForwardingScene, tunnelOf } from './support/forwarding-scene.ts';
import { endHoldfastScenes, type HoldfastScene } from './support/holdfast.ts';
import { missingPart } from './support/missing-part.ts';
import { listeningPorts } from './support/process-facts.ts';

const DEAF_SSH = fileURLToPath(new URL('../fixtures/holdfast/deaf-ssh.mjs', import.meta.url));
const SETPRIV = '/usr/bin/setpriv';
/** As where the system cannot tie a child's life to its parent's. */
const SURVIVING = existsSync(SETPRIV) ? `${SETPRIV} --pdeathsig clear --` : '';
const noSetpriv = missingPart(existsSync(SETPRIV) ? undefined : `no ${SETPRIV} is here`);

afterEach(async () => {
  await endHoldfastScenes();
  await endScene();
});

async function supervisorOf(scene: HoldfastScene): Promise<number> {
  const hello = await scene.hello();
  if (hello === undefined) throw new Error('no supervisor answers');
  return hello.pid;
}

async function killSupervisor(scene: HoldfastScene): Promise<number> {
  const pid = await supervisorOf(scene);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => scene.processes(), PATIENT).not.toContain(pid);
  return pid;
}

/** All that may run for a scene with one tunnel. */
async function expectNoStrays(scene: HoldfastScene): Promise<void> {
  const expected = [await supervisorOf(scene), (await tunnelOf(scene)).pid];
  await expect.poll(() => new Set(scene.processes()), PATIENT).toEqual(new Set(expected));
}

describe('after a SIGKILL of the supervisor', () => {
  test.skipIf(noSetpriv)('its ssh ends by itself', async () => {
    const { scene } = await createForwardingScene();
    await scene.up('--wait', '90s');
    await killSupervisor(scene);
    await expect.poll(() => scene.processes(), PATIENT).toEqual([]);
  });

  test.skipIf(noSetpriv)(
    'its ssh ends also if it is stopped, and gives its port back',
    async () => {
      const { scene, port } = await createForwardingScene();
      await scene.up('--wait', '90s');
      const pid = (await tunnelOf(scene)).pid!;
      expect(listeningPorts(pid)).toEqual([port]);
      process.kill(pid, 'SIGSTOP');
      await killSupervisor(scene);
      await expect.poll(() => scene.processes(), PATIENT).toEqual([]);
      await scene.up('--wait', '90s');
      await expectBytes(port);
    },
  );

  test('the next takes over its lock and socket, and the tunnel is healthy again', async () => {
    const { scene, port } = await createForwardingScene();
    await scene.up('--wait', '90s');
    const { pid } = await tunnelOf(scene);
    const killed = await killSupervisor(scene);
    expect(existsSync(scene.controlSocket)).toBe(true);
    expect((await scene.holdfast('status')).status).toBe(3);
    await scene.up('--wait', '90s');
    expect(await supervisorOf(scene)).not.toBe(killed);
    expect(await tunnelOf(scene)).toMatchObject({ starts: 1, failure: null });
    expect((await tunnelOf(scene)).pid).not.toBe(pid);
    await expectBytes(port);
    await expectNoStrays(scene);
  });

  test('an ssh that lives on is killed by the next, and its port is free again', async () => {
    const { scene, port } = await createForwardingScene();
    const standIn = scene.folder.writeScript(
      'bin/ssh',
      `exec ${SURVIVING} '${process.execPath}' '${DEAF_SSH}' "$@"`,
    );
    await scene.up();
    await expect.poll(async () => (await tunnelOf(scene)).pid, PATIENT).not.toBeNull();
    const pid = (await tunnelOf(scene)).pid!;
    await expect.poll(() => listeningPorts(pid), PATIENT).toEqual([port]);
    await killSupervisor(scene);
    rmSync(standIn);
    expect(scene.processes()).toEqual([pid]);
    await scene.up('--wait', '90s');
    await expectBytes(port);
    await expectNoStrays(scene);
    const { stdout } = await scene.holdfast('logs', '--json', '-n', '100');
    const facts = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).fact as object);
    expect(facts).toContainEqual({ type: 'child.reaped', pid });
  });

  test.each([0, 40, 80, 160])(
    '%i ms after it answered, the next leaves no strays and no second supervisor',
    async (afterMs) => {
      const { scene, port } = await createForwardingScene();
      for (let round = 0; round < 3; round += 1) {
        await scene.up();
        // When exactly is not asserted on: any moment has to do.
        await sleep(afterMs);
        await killSupervisor(scene);
      }
      await scene.up('--wait', '90s');
      await expectBytes(port);
      await expectNoStrays(scene);
    },
  );
});

test('an ssh that is killed is started again by the same supervisor', async () => {
  const { scene, port } = await createForwardingScene();
  await scene.up('--wait', '90s');
  const supervisor = await supervisorOf(scene);
  const { pid } = await tunnelOf(scene);
  process.kill(pid!, 'SIGKILL');
  await expect.poll(async () => (await tunnelOf(scene)).starts, PATIENT).toBe(2);
  await scene.up('--wait', '90s');
  const after = await tunnelOf(scene);
  expect(after).toMatchObject({ starts: 2, failure: { class: 'dropped', times: 1 } });
  expect(after.pid).not.toBe(pid);
  expect(await supervisorOf(scene)).toBe(supervisor);
  await expectBytes(port);
  await expectNoStrays(scene);
});

test('an ssh that is stopped in its tracks is found out, ended and started again', async () => {
  const { scene, port } = await createForwardingScene();
  await scene.up('--wait', '90s');
  const { pid } = await tunnelOf(scene);
  process.kill(pid!, 'SIGSTOP');
  await expect
    .poll(async () => (await tunnelOf(scene)).starts, { ...PATIENT, timeout: 90_000 })
    .toBe(2);
  await expectBytes(port);
  await expectNoStrays(scene);
});
