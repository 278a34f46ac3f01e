import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { HOLDFAST } from '../installed/programs.ts';
import { startRun } from './support/autossh.ts';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, PATIENT } from './support/embedded-scene.ts';
import { createForwardingScene } from './support/forwarding-scene.ts';
import { echoForward, endHoldfastScenes, type HoldfastScene } from './support/holdfast.ts';
import { missingPart } from './support/missing-part.ts';

const noMounts = missingPart(
  spawnSync('unshare', ['--mount', 'true']).status === 0 ? undefined : 'nothing can be mounted',
);

const mounts: string[] = [];

afterEach(async () => {
  for (const path of mounts.splice(0)) spawnSync('umount', ['--lazy', path]);
  await endHoldfastScenes();
  await endScene();
});

/** The tunnel works, also after a new start; each start writes to the log. */
async function expectTunnelGoesOn(scene: HoldfastScene, port: number): Promise<void> {
  const hello = await scene.hello();
  await expectBytes(port);
  await scene.holdfast('restart', 'db');
  await expect.poll(async () => (await scene.status()).tunnels[0]?.starts, PATIENT).toBe(2);
  await scene.up('--wait', '90s');
  await expectBytes(port);
  expect(await scene.hello()).toMatchObject({ pid: hello?.pid });
}

describe('tunnels go on without a log:', () => {
  test('it can never be written', async () => {
    const { scene, port } = await createForwardingScene();
    mkdirSync(scene.folder.file('state/holdfast'), { mode: 0o700 });
    symlinkSync('/dev/full', scene.folder.file('state/holdfast/events.ndjson'));
    await scene.up('--wait', '90s');
    await expectTunnelGoesOn(scene, port);
    await scene.down();
  });

  test.skipIf(noMounts)('its file system is read-only, and status says so', async () => {
    const { scene, port } = await createForwardingScene();
    const folder = scene.folder.file('state');
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder]).status).toBe(0);
    mounts.push(folder);
    await scene.up('--wait', '90s');
    await expectTunnelGoesOn(scene, port);
    const table = async () => (await scene.holdfast('status')).stdout;
    await expect.poll(table, PATIENT).toMatch(/read-only file system/i);
    await scene.down();
  });

  test('its folder is a file', async () => {
    const { scene, port } = await createForwardingScene();
    writeFileSync(scene.folder.file('state/holdfast'), '');
    await scene.up('--wait', '90s');
    await expectTunnelGoesOn(scene, port);
    await scene.down();
  });

  test.skipIf(noMounts)('the disk is full, and what was lost is said when it is not', async () => {
    const { scene, port } = await createForwardingScene();
    const folder = scene.folder.file('state');
    const words = ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', folder];
    expect(spawnSync('mount', words).status).toBe(0);
    mounts.push(folder);
    const ballast = `${folder}/ballast`;
    fillDisk(ballast);
    await scene.up('--wait', '90s');
    await expectTunnelGoesOn(scene, port);
    expect(logOf(scene)).toBe('');
    const told = (name: string) =>
      `not usable: ${scene.folder.file(`state/holdfast/${name}`)}: No space left on device`;
    const table = async () => (await scene.holdfast('status')).stdout.replaceAll(/\s+/g, ' ');
    for (const name of ['events.ndjson', 'recording.ndjson', 'lock'])
      await expect.poll(table, PATIENT).toContain(told(name));
    expect((await scene.status()).unusable).toHaveLength(3);
    rmSync(ballast);
    await expect.poll(table, PATIENT).not.toContain('No space left');
    await expect.poll(() => logOf(scene), PATIENT).toContain('"type":"log.lost"');
    await expect.poll(() => logOf(scene), PATIENT).toContain('"type":"place.usable"');
    expect((await scene.status()).unusable).toBeUndefined();
    const { stdout } = await scene.holdfast('logs', '--json');
    for (const line of stdout.trimEnd().split('\n'))
      expect(JSON.parse(line)).toHaveProperty('fact');
    await scene.down();
  });
});

function logOf(scene: HoldfastScene): string {
  return scene.folder.read('state/holdfast/events.ndjson');
}

/** Writes until not a byte more goes onto the disk of the file. */
function fillDisk(file: string): void {
  const page = 'x'.repeat(4096);
  try {
    for (;;) writeFileSync(file, page, { flag: 'a' });
  } catch {
    // It is full.
  }
}

describe('"run"', () => {
  async function createRun(...first: readonly string[]) {
    const { server, scene, port } = await createForwardingScene();
    const ssh = [...server.clientArguments(), '-L', echoForward(port), server.destination];
    return { scene, port, server, words: ['run', ...first, ...ssh] };
  }
  // The folder of the supervisor's sockets stays, empty.
  const leftovers = (scene: HoldfastScene) => readdirSync(scene.folder.file('run/holdfast'));

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'ends on %s with status 0, and its ssh and its files with it',
    async (signal) => {
      const { scene, port, words } = await createRun();
      const run = scene.start(...words);
      await expectBytes(port);
      // For a moment there is an `ssh -G` besides.
      await expect.poll(() => scene.processes(), PATIENT).toHaveLength(2);
      run.signal(signal);
      expect(await run.ended).toBe(0);
      expect(scene.processes()).toEqual([]);
      expect(leftovers(scene)).toEqual([]);
      expect(run.stderr).toBe('');
    },
  );

  test('ends when nobody reads what it prints any more, and its ssh with it', async () => {
    const { scene, words } = await createRun('--json', '--level', 'debug', '--poll', '100ms');
    const script = scene.folder.writeScript(
      'first-line',
      `{ "$@"; echo $? >'${scene.folder.file('status')}'; } | head -n 1`,
    );
    const command = [script, HOLDFAST, ...words];
    const run = startRun(command, scene.environment, scene.folder);
    expect(await run.ended).toBe(0);
    const { stdout, stderr } = run;
    const [line, ...rest] = stdout.split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({ id: 1, tunnel: expect.any(String) });
    expect(rest).toEqual(['']);
    expect(stderr).toBe('');
    expect(scene.folder.read('status').trim()).toBe('0');
    await expect.poll(() => scene.processes(), PATIENT).toEqual([]);
    expect(leftovers(scene)).toEqual([]);
  });

  test('ends with status 1 when the host key is not known, and says so', async () => {
    const { scene, words } = await createRun();
    const [name = '', ...rest] = words;
    const unknown = ['-o', 'UserKnownHostsFile=/dev/null'];
    const outcome = await scene.holdfast(name, ...unknown, ...rest);
    expect(outcome.status).toBe(1);
    expect(outcome.stdout).toMatch(/host key/i);
    expect(scene.processes()).toEqual([]);
    expect(leftovers(scene)).toEqual([]);
  });

  test('tells its events as JSON, one a line', async () => {
    const { scene, port, words } = await createRun('--json', '--name', 'mine');
    const run = scene.start(...words);
    await expectBytes(port);
    // Bytes can pass before the first answer.
    await expect.poll(() => run.stdout, PATIENT).toContain('"tunnel.proved"');
    run.signal('SIGTERM');
    expect(await run.ended).toBe(0);
    const events = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const event of events) {
      expect(event).toMatchObject({ tunnel: 'mine', level: expect.not.stringMatching('debug') });
    }
    expect(events.at(-1)).toMatchObject({ fact: { type: 'tunnel.ended' } });
  });
});
