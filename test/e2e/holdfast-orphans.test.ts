import { afterEach, describe, expect, test } from 'vitest';
import { signalAll } from './support/child-processes.ts';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { createForwardingScene, tunnelOf } from './support/forwarding-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  echoForward,
  endHoldfastScenes,
  tunnelToServer,
  type HoldfastScene,
} from './support/holdfast.ts';
import { factsOf, listeningPorts, wordsOf } from './support/process-facts.ts';
import { endSilentHosts, STAYING, STAYING_NAMES, wrapSsh } from './support/what-stays.ts';

afterEach(async () => {
  await endHoldfastScenes();
  await endScene();
  endSilentHosts();
});

/** A tunnel whose ssh has started something that does not end with it; returns the pids beside the supervisor's. */
async function startStaying(name: keyof typeof STAYING) {
  const server = await startServer();
  const port = await findFreePorts(1);
  const scene = createHoldfastScene();
  const options = await STAYING[name](server);
  scene.write(tunnelToServer('db', server, { local: [echoForward(port)], options }));
  await scene.up();
  return { scene, server, port, started: await startedBy(scene) };
}

/** ssh and what it has started, as soon as that is there. */
async function startedBy(scene: HoldfastScene): Promise<number[]> {
  const { pid: supervisor } = (await scene.hello())!;
  const others = () => scene.processes().filter((pid) => pid !== supervisor);
  const isComplete = async () => {
    const { pid } = await tunnelOf(scene);
    return pid !== null && others().some((each) => each !== pid && hasBegun(each));
  };
  await expect.poll(isComplete, PATIENT).toBe(true);
  return others();
}

/** Whether it is what it was started to be, and not its shell, or the fork of ssh. */
function hasBegun(pid: number): boolean {
  const [program = ''] = wordsOf(pid);
  return /sleep$|node|ssh$/.test(program);
}

/** Who runs for a scene, besides its supervisor. */
function beside(scene: HoldfastScene, supervisor: number): number[] {
  return scene.processes().filter((pid) => pid !== supervisor);
}

// Polled, since an ssh that was asked for its settings (-G) may be on its way still: nothing that stays would pass.

/** Takes all tunnels down, and expects that only these are left. */
async function expectLeftAfterDown(scene: HoldfastScene, left: readonly number[]): Promise<void> {
  const { pid } = (await scene.hello())!;
  await scene.down();
  await expect.poll(() => beside(scene, pid), PATIENT).toEqual(left);
}

/** Starts a supervisor, which starts no tunnel by itself, and expects that only these run beside it. */
async function expectBesideNext(scene: HoldfastScene, left: readonly number[]): Promise<void> {
  const { pid } = scene.start('supervise');
  await expect.poll(() => scene.hello(), PATIENT).toMatchObject({ pid });
  await expect.poll(() => beside(scene, pid), PATIENT).toEqual(left);
}

async function killSupervisor(scene: HoldfastScene): Promise<void> {
  const { pid } = (await scene.hello())!;
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => scene.processes(), PATIENT).not.toContain(pid);
}

const orStopped = [false, true].map((isStopped) => ({
  isStopped,
  how: isStopped ? ', stopped' : '',
}));

describe.each(STAYING_NAMES)('%s', (name) => {
  test.each(orStopped)('ends with down$how', async ({ isStopped }) => {
    const { scene, started } = await startStaying(name);
    if (isStopped) signalAll(started, 'SIGSTOP');
    await expectLeftAfterDown(scene, []);
  });

  test.each(orStopped)('is ended by the next supervisor$how', async ({ isStopped }) => {
    const { scene, started } = await startStaying(name);
    if (isStopped) signalAll(started, 'SIGSTOP');
    await killSupervisor(scene);
    await expectBesideNext(scene, []);
  });
});

describe('the real ssh behind a script', () => {
  async function startWrapped() {
    const made = await createForwardingScene();
    wrapSsh(made.scene.folder);
    await made.scene.up('--wait', '90s');
    const pid = (await tunnelOf(made.scene)).pid!;
    const ssh = made.scene.processes().find((each) => listeningPorts(each).includes(made.port))!;
    expect(ssh).not.toBe(pid);
    return { ...made, pid, ssh };
  }

  test('ends with down', async () => {
    const { scene } = await startWrapped();
    await expectLeftAfterDown(scene, []);
  });

  test('makes way for the ssh of a restart', async () => {
    const { scene, port, ssh } = await startWrapped();
    await scene.holdfast('restart');
    await scene.up('--wait', '90s');
    expect(scene.processes()).not.toContain(ssh);
    await expectBytes(port);
    expect((await tunnelOf(scene)).failure).toBeNull();
  });

  test('makes way when the script is killed', async () => {
    const { scene, port, pid, ssh } = await startWrapped();
    process.kill(pid, 'SIGKILL');
    await expect.poll(async () => (await tunnelOf(scene)).starts, PATIENT).toBe(2);
    await scene.up('--wait', '90s');
    expect(scene.processes()).not.toContain(ssh);
    await expectBytes(port);
    expect((await tunnelOf(scene)).failure).toMatchObject({ class: 'dropped', times: 1 });
  });

  test.each(orStopped)('makes way for the next supervisor$how', async ({ isStopped }) => {
    const { scene, port, ssh } = await startWrapped();
    if (isStopped) process.kill(ssh, 'SIGSTOP');
    await killSupervisor(scene);
    await scene.up('--wait', '90s');
    expect(scene.processes()).not.toContain(ssh);
    await expectBytes(port);
  });
});

test('what went into a session of its own is left alone', async () => {
  const server = await startServer();
  const scene = createHoldfastScene();
  const options = [
    '-oPermitLocalCommand=yes',
    '-oLocalCommand=setsid sleep 1000 >/dev/null 2>&1 &',
  ];
  scene.write(tunnelToServer('db', server, { options }));
  await scene.up('--wait', '90s');
  await expect.poll(() => scene.processes().filter(isSleep), PATIENT).toHaveLength(1);
  const daemon = scene.processes().find(isSleep)!;
  await expect.poll(() => factsOf(daemon).session, PATIENT).toBe(daemon);
  await killSupervisor(scene);
  await expectBesideNext(scene, [daemon]);
});

function isSleep(pid: number): boolean {
  return wordsOf(pid)[0]?.endsWith('sleep') ?? false;
}
