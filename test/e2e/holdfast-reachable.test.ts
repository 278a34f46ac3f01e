import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { HOLDFAST } from '../installed/programs.ts';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  echoForward,
  endHoldfastScenes,
  type HoldfastScene,
  jsonOf,
  type Outcome,
  startHoldfast,
  tunnelToml,
  tunnelToServer,
} from './support/holdfast.ts';
import { missingPart } from './support/missing-part.ts';

const endings: (() => void)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0)) end();
  await endHoldfastScenes();
  await endScene();
});

async function supervisorOf(scene: HoldfastScene): Promise<number> {
  return ((await scene.hello()) ?? expect.fail('no supervisor answers')).pid;
}

/** A supervisor with a tunnel that never does anything. */
async function startQuiet(): Promise<{ scene: HoldfastScene; pid: number }> {
  const scene = createHoldfastScene();
  scene.folder.writeScript('bin/ssh', 'exec sleep 600');
  scene.write(tunnelToml('db', 'gw', { heartbeat: 'none' }));
  await scene.up();
  return { scene, pid: await supervisorOf(scene) };
}

async function startTunnel() {
  const server = await startServer();
  const port = await findFreePorts(1);
  const keys = { local: [echoForward(port)], heartbeat: 'none' };
  const scene = await startHoldfast(tunnelToServer('db', server, keys));
  await scene.up('--wait', '60s');
  return { scene, port, pid: await supervisorOf(scene), runtime: dirname(scene.controlSocket) };
}

/** The state of the one tunnel as `holdfast status` says it. */
async function statusOf(scene: HoldfastScene) {
  const outcome = await scene.holdfast('status', '--json');
  // 5 while it is not healthy, or not again.
  expect([0, 5]).toContain(outcome.status);
  return (jsonOf(outcome) as { tunnels: { pid: number; starts: number; state: string }[] })
    .tunnels[0]!;
}

async function logOf(scene: HoldfastScene): Promise<string> {
  return (await scene.holdfast('logs', '-n', '1000')).stdout;
}

describe('what is removed under a running supervisor', () => {
  test('costs no tunnel, and is there again for the next command and the next ssh', async () => {
    const { scene, port, pid, runtime } = await startTunnel();
    const before = await statusOf(scene);
    const removed = ['', 'control.sock', 'ssh', 'lock', 'children'].map(
      (name) => `${runtime}/${name}`,
    );
    for (const path of removed) {
      rmSync(path, { recursive: true });
      expect(await statusOf(scene), path).toMatchObject({ pid: before.pid, starts: 1 });
      process.kill(pid, 'SIGHUP');
      await expect.poll(() => existsSync(path), { ...PATIENT, message: path }).toBe(true);
    }
    expect(readdirSync(`${runtime}/children`)).toEqual([expect.stringContaining(`${before.pid}-`)]);
    expect(readdirSync(`${runtime}/lock`)).toHaveLength(1);
    await expectBytes(port);
    rmSync(runtime, { recursive: true });
    process.kill(before.pid, 'SIGKILL');
    await expect.poll(async () => (await statusOf(scene)).starts, PATIENT).toBe(2);
    await scene.up('--wait', '60s');
    await expectBytes(port);
    expect(await supervisorOf(scene)).toBe(pid);
    const log = await logOf(scene);
    for (const path of removed)
      expect(log).toContain(
        `recreated, since it was missing or unusable: ${path.replace(/\/$/, '')}`,
      );
    await scene.down();
    await expect.poll(() => scene.processes(), PATIENT).toEqual([]);
  });

  test('may be the folder of state, and a second supervisor is kept out all the same', async () => {
    const { scene, pid } = await startQuiet();
    const state = scene.folder.file('state/holdfast');
    rmSync(state, { recursive: true });
    process.kill(pid, 'SIGHUP');
    await expect.poll(() => existsSync(`${state}/lock`), PATIENT).toBe(true);
    await expect.poll(() => logOf(scene), PATIENT).toContain(`${state}/lock`);
    rmSync(dirname(scene.controlSocket), { recursive: true });
    expect(jsonOf(await scene.up('--json'))).toMatchObject({ supervisor: { pid, isNew: false } });
  });

  test('may have been replaced: then the folder of state takes its place until it is free', async () => {
    const { scene, port, pid, runtime } = await startTunnel();
    const before = await statusOf(scene);
    rmSync(runtime, { recursive: true });
    writeFileSync(runtime, '');
    process.kill(before.pid, 'SIGKILL');
    await expect.poll(async () => (await statusOf(scene)).starts, PATIENT).toBe(2);
    await scene.up('--wait', '60s');
    await expectBytes(port);
    expect(await logOf(scene)).toContain(`not usable: ${runtime}`);
    const { pid: second } = await statusOf(scene);
    rmSync(runtime);
    process.kill(pid, 'SIGHUP');
    await expect.poll(() => existsSync(scene.controlSocket), PATIENT).toBe(true);
    expect(await supervisorOf(scene)).toBe(pid);
    expect(await statusOf(scene)).toMatchObject({ pid: second, starts: 2 });
  });
});

test('where the runtime directory cannot be made, the folder of state takes its place from the start', async () => {
  const { scene } = await startQuiet();
  await scene.down();
  const file = scene.folder.file('file');
  writeFileSync(file, '');
  const other = createHoldfastScene({ ...scene.environment, XDG_RUNTIME_DIR: `${file}/run` });
  expect(jsonOf(await other.holdfast('up', '--json'))).toMatchObject({
    supervisor: { isNew: true },
  });
  expect((await other.holdfast('status', '--json')).stdout).toContain('"db"');
  expect(await other.holdfast('down')).toMatchObject({ status: 0 });
  const bare = createHoldfastScene({
    ...scene.environment,
    XDG_RUNTIME_DIR: `${file}/run`,
    XDG_STATE_HOME: `${file}/state`,
  });
  expect(await bare.holdfast('supervise')).toMatchObject({
    status: 1,
    stderr: `holdfast: the supervisor cannot start: ${file}/state/holdfast/run: Not a directory\n`,
  });
});

test('a log that is no file is told, and is no empty one', async () => {
  const { scene } = await startQuiet();
  const log = scene.folder.file('state/holdfast/events.ndjson');
  rmSync(log);
  mkdirSync(log);
  expect(await scene.holdfast('logs')).toMatchObject({
    status: 1,
    stderr: `holdfast: the log cannot be read: ${log} is not a file\n`,
  });
});

test('from an environment without XDG_RUNTIME_DIR, the supervisor is found, and stays the only one', async () => {
  const { scene, pid } = await startQuiet();
  const other = createHoldfastScene({ ...scene.environment, XDG_RUNTIME_DIR: undefined });
  expect(jsonOf(await other.holdfast('up', '--json'))).toMatchObject({
    supervisor: { pid, isNew: false },
  });
  expect((await other.holdfast('status', '--json')).stdout).toContain('"db"');
  expect(await other.holdfast('supervise')).toMatchObject({
    status: 1,
    stderr: `holdfast: a supervisor is already running (pid ${pid}) on ${scene.controlSocket}, with this state folder\n`,
  });
  expect(await other.holdfast('down')).toMatchObject({ status: 0 });
  await expect.poll(() => scene.processes(), PATIENT).toEqual([]);
});

/** Runs a program for a scene through another one, and waits for its end. */
function runFor({ environment, folder }: HoldfastScene, [file = '', ...words]: readonly string[]) {
  return spawnSync(file, words, { cwd: folder.path, env: environment, encoding: 'utf8' });
}

const NOBODY = 65_534;
const AS_NOBODY = ['setpriv', '--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups'];
const canBeNobody =
  process.getuid?.() === 0 &&
  spawnSync(AS_NOBODY[0]!, [...AS_NOBODY.slice(1), HOLDFAST, '-h']).status === 0;
const nobody = missingPart(canBeNobody ? undefined : 'needs root, setpriv and a node for all');

test.skipIf(nobody !== undefined)(
  `a socket or a folder that lost its permissions gets them back for the next command${nobody === undefined ? '' : ` (${nobody})`}`,
  () => {
    const scene = createHoldfastScene();
    scene.folder.writeScript('bin/ssh', 'exec sleep 600');
    scene.write(tunnelToml('db', 'gw', { heartbeat: 'none' }));
    expect(spawnSync('chown', ['-R', `${NOBODY}`, scene.folder.path]).status).toBe(0);
    const holdfast = (...words: string[]) => runFor(scene, [...AS_NOBODY, HOLDFAST, ...words]);
    expect(holdfast('up').stderr).toBe('');
    for (const [path, mode] of [
      [scene.controlSocket, 0o600],
      [dirname(scene.controlSocket), 0o700],
    ] as const) {
      chmodSync(path, 0);
      expect(holdfast('status'), path).toMatchObject({
        stderr: '',
        stdout: expect.stringContaining('db'),
      });
      expect(statSync(path).mode & 0o777, path).toBe(mode);
    }
    expect(holdfast('logs').stdout).toContain(scene.controlSocket);
  },
);

const IN_MOUNTS = ['unshare', '--mount', '--propagation', 'private'];
const canMount = spawnSync(IN_MOUNTS[0]!, [...IN_MOUNTS.slice(1), 'true']).status === 0;
const mounts = missingPart(canMount ? undefined : 'needs root and unshare');

test.skipIf(mounts !== undefined)(
  `a folder of state that is read-only is called that${mounts === undefined ? '' : ` (${mounts})`}`,
  () => {
    const scene = createHoldfastScene();
    scene.write(tunnelToml('db', 'gw'));
    const script =
      'mount -t tmpfs -o ro none "$XDG_STATE_HOME" && unset XDG_RUNTIME_DIR && exec "$0" up';
    const { status, stderr } = runFor(scene, [...IN_MOUNTS, 'sh', '-c', script, HOLDFAST]);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/the supervisor cannot start: .*: Read-only file system/i),
    });
  },
);

describe('a supervisor that runs and does not answer', () => {
  const asked = (outcome: Outcome, pid: number, what: string) => {
    expect(outcome).toMatchObject({ status: 6, stdout: '', stderr: expect.stringContaining(what) });
    expect(outcome.stderr).toContain(`(pid ${pid})`);
    expect(outcome.stderr).not.toContain('no supervisor is running');
  };

  test('because it is stopped: that is said, and "down" ends it', async () => {
    const { scene, pid } = await startQuiet();
    process.kill(pid, 'SIGSTOP');
    asked(await scene.holdfast('status'), pid, 'is stopped');
    asked(await scene.holdfast('up', '--wait', '1s'), pid, '');
    asked(await scene.holdfast('down', 'db'), pid, 'is stopped');
    expect(jsonOf(await scene.down('--json'))).toMatchObject({ supervisorEnded: true });
    await expect.poll(() => scene.processes(), PATIENT).toEqual([]);
  });

  test('because its socket is not its own: that is said, and "down" ends it', async () => {
    const { scene, pid } = await startQuiet();
    rmSync(scene.controlSocket);
    mkdirSync(scene.controlSocket);
    asked(await scene.holdfast('status'), pid, 'cannot listen on');
    asked(await scene.holdfast('up'), pid, 'cannot listen on');
    await scene.down();
    await expect.poll(() => scene.processes(), PATIENT).toEqual([]);
  });

  const noPrlimit = missingPart(
    spawnSync('prlimit', ['--version']).status === 0 ? undefined : 'needs prlimit',
  );

  test.skipIf(noPrlimit)('because it has no descriptors left', async () => {
    const { scene, pid } = await startQuiet();
    spawnSync('prlimit', ['--pid', String(pid), '--nofile=3:']);
    asked(await scene.holdfast('status'), pid, 'no file descriptors left');
    spawnSync('prlimit', ['--pid', String(pid), '--nofile=1024:']);
    expect((await scene.holdfast('status', '--json')).stdout).toContain('"db"');
  });

  test('because of too many connections', async () => {
    const { scene } = await startQuiet();
    const sockets = Array.from({ length: 64 }, () => connect(scene.controlSocket));
    endings.push(() => sockets.forEach((socket) => socket.destroy()));
    await Promise.all(sockets.map((socket) => new Promise((done) => socket.once('connect', done))));
    expect(await scene.holdfast('status')).toMatchObject({
      status: 6,
      stderr: expect.stringContaining('too many connections'),
    });
  });

  test('but takes every call ends "up --wait" when the time is over', async () => {
    const scene = createHoldfastScene();
    scene.write(tunnelToml('db', 'gw'));
    mkdirSync(dirname(scene.controlSocket), { mode: 0o700 });
    const mute = createServer(() => undefined);
    await new Promise<void>((done) => mute.listen(scene.controlSocket, done));
    endings.push(() => mute.close());
    expect(await scene.holdfast('up', '--wait', '2s')).toMatchObject({ status: 6 });
  });
});

test('as ExecStartPost of a unit, "up" waits for the supervisor of that unit', async () => {
  const scene = createHoldfastScene();
  scene.folder.writeScript('bin/ssh', 'exec sleep 600');
  scene.write(tunnelToml('db', 'gw', { heartbeat: 'none' }));
  const main = scene.start('supervise');
  const unit = createHoldfastScene({ ...scene.environment, MAINPID: String(main.pid) });
  expect(jsonOf(await unit.up('--json'))).toMatchObject({
    tunnels: ['db'],
    supervisor: { pid: main.pid, isNew: false },
  });
});

test('a supervisor that cannot listen ends, and says why', async () => {
  const scene = createHoldfastScene();
  scene.write(tunnelToml('db', 'gw'));
  mkdirSync(scene.controlSocket, { recursive: true, mode: 0o700 });
  expect(await scene.holdfast('up')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(scene.controlSocket),
  });
  await expect.poll(() => scene.processes(), PATIENT).toEqual([]);
});
