import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Step } from '@holdfast/recording';
import { afterEach, describe, expect, test } from 'vitest';
import { endScene, PATIENT, startLine, startServer } from './support/embedded-scene.ts';
import {
  createHoldfastScene,
  endHoldfastScenes,
  type HoldfastScene,
  tunnelToml,
} from './support/holdfast.ts';
import type { RelayLine } from './support/relay.ts';
import { startRelayedSshd, type RelayedSshd } from './support/relayed-sshd.ts';
import { sshdAvailable } from './support/sshd-namespace.ts';

let relay: RelayedSshd | undefined;

afterEach(async () => {
  await endHoldfastScenes();
  await endScene();
  await relay?.close();
  relay = undefined;
});

/** Words that are in the tunnels file or in the environment, and must never be in a report. */
const SECRETS = {
  option: 'LC_WORD=first-secret-8472',
  environment: 'second-secret-1937',
  tag: 'third-secret-5561',
};

type NamedStep = Step & { readonly name: string };

/** A tunnel whose line can be frozen, under a supervisor of its own; healthy. */
async function startTunnel() {
  const server = await startServer();
  const line = await startLine(server);
  const scene = createHoldfastScene({ WORD: SECRETS.environment });
  const options = ['-o', `SetEnv=${SECRETS.option}`, ...server.clientArguments(line.port)];
  scene.write(
    tunnelToml('db', server.destination, {
      poll: '200ms',
      patience: '5s',
      tags: [SECRETS.tag],
      options,
    }),
  );
  await scene.up('--wait', '90s');
  return { scene, line, server };
}

async function reach(scene: HoldfastScene, state: string, starts: number): Promise<void> {
  const now = async () => {
    const [tunnel] = (await scene.status()).tunnels;
    const isHealthy = tunnel?.state === 'healthy' || tunnel?.state === 'probing';
    return [isHealthy ? 'healthy' : tunnel?.state, (tunnel?.starts ?? 0) >= starts];
  };
  await expect.poll(now, PATIENT).toEqual([state, true]);
}

function recordingOf(scene: HoldfastScene): string {
  return scene.folder.file('state/holdfast/recording.ndjson');
}

async function replay(scene: HoldfastScene, file: string): Promise<readonly NamedStep[]> {
  const { status, stdout, stderr } = await scene.holdfast('replay', '--json', file);
  expect([status, stderr]).toEqual([0, '']);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(lines.at(-1)).toMatchObject({ summary: { tunnels: ['db'], difference: null } });
  return lines.slice(0, -1) as NamedStep[];
}

/** Each state once, however often it came in a row. */
function changes(steps: readonly NamedStep[]): readonly string[] {
  const states = steps.map(({ state }) => (state === 'probing' ? 'healthy' : state));
  return states.filter((state, index) => state !== states[index - 1]);
}

/** Two answered probes in a row, as they are written. */
const TWO_PROBES = /^(\[\d+,\d+,\d+,\d+\]\n){2}/m;

/** Freezes the line, and waits until a new ssh carries traffic. */
async function freezeAndRecover({ scene, line }: Awaited<ReturnType<typeof startTunnel>>) {
  const starts = (await scene.status()).tunnels[0]!.starts;
  await expect.poll(() => readFileSync(recordingOf(scene), 'utf8'), PATIENT).toMatch(TWO_PROBES);
  line.freeze();
  await expect
    .poll(async () => (await scene.status()).tunnels[0]!.failure?.class, PATIENT)
    .toBe('dropped');
  line.cut();
  line.thaw();
  await reach(scene, 'healthy', starts + 1);
}

describe('the recording of a real freeze', () => {
  test('is for its owner alone, plays to the same states, and tells the rule that decided', async () => {
    const started = await startTunnel();
    const { scene } = started;
    await freezeAndRecover(started);
    await scene.down();
    expect(statSync(recordingOf(scene)).mode & 0o777).toBe(0o600);
    const steps = await replay(scene, recordingOf(scene));
    expect(changes(steps).slice(0, 6)).toEqual([
      'backoff',
      'connecting',
      'healthy',
      'stopping',
      // The second ssh, on its way, takes the place of the first.
      'connecting',
      'backoff',
    ]);
    expect(changes(steps).at(-1)).toBe('stopped');
    const missed = steps.find(({ event }) => event === 'heartbeat.missed');
    expect(missed?.taken[0]).toBe('running.probing.asking#heartbeat.missed/1');
    // The line is frozen for a second ssh too: patience decides.
    const ended = steps.find(({ event }) => event.startsWith('after patience'));
    expect(ended?.sentences).toContain(
      'the server does not answer: ssh is ended and started again',
    );
    const text = await scene.holdfast('replay', recordingOf(scene));
    expect(text.stdout).toMatch(/\d+ probes were answered, the last in [\d.]+ ms/);
    expect(text.stdout).toContain(': every state is the recorded one.');
  });

  test('is a difference, with status 1, if a state in it is changed', async () => {
    const started = await startTunnel();
    const { scene } = started;
    await freezeAndRecover(started);
    await scene.down();
    const changed = scene.folder.file('changed.ndjson');
    const text = readFileSync(recordingOf(scene), 'utf8');
    writeFileSync(
      changed,
      text.replace(/("xstate\.after\.patience\..*)"stopping"\]/, '$1"probing"]'),
    );
    const { status, stdout, stderr } = await scene.holdfast('replay', '--json', changed);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /line \d+: db, step \d+ \(after patience\): the recording says probing, and the machine comes to stopping/,
    );
    expect(stdout).toContain('"difference":{"line":');
  });

  test('makes a report that plays too, holds no secret, and is not written over another', async () => {
    const started = await startTunnel();
    const { scene } = started;
    await freezeAndRecover(started);
    const written = await scene.holdfast('report', 'db', '--output', scene.folder.file('a.ndjson'));
    expect([written.status, written.stdout]).toEqual([0, '']);
    const text = readFileSync(scene.folder.file('a.ndjson'), 'utf8');
    const steps = await replay(scene, scene.folder.file('a.ndjson'));
    expect(changes(steps)).toContain('stopping');
    const { about } = JSON.parse(text.split('\n', 1)[0]!) as { about: Record<string, string> };
    expect(about).toMatchObject({ node: process.version, ssh: expect.stringMatching(/^OpenSSH_/) });
    expect(about['why']).toContain('db has been healthy for');
    const words = [...Object.values(SECRETS), scene.folder.path, '127.0.0.1', 'localhost'];
    for (const word of words) expect(text).not.toContain(word.split('=').at(-1));
    const again = await scene.holdfast('report', 'db', '--output', scene.folder.file('a.ndjson'));
    expect([again.status, again.stderr]).toEqual([
      1,
      `holdfast: ${scene.folder.file('a.ndjson')} already exists: remove it, or name another file with --output\n`,
    ]);
    await scene.down();
    const late = await scene.holdfast('report', 'db', '--output', '-');
    expect([late.status, late.stdout.split('\n').length > 5]).toEqual([0, true]);
  });

  test('is kept live by record until it is interrupted', async () => {
    const started = await startTunnel();
    const { scene } = started;
    const file = scene.folder.file('kept.ndjson');
    const keeper = scene.start('record', 'db', '--output', file);
    await expect.poll(() => existsSync(file), PATIENT).toBe(true);
    await freezeAndRecover(started);
    await expect
      .poll(() => readFileSync(file, 'utf8'), PATIENT)
      .toMatch(/heartbeat.missed[^]*start/);
    keeper.signal('SIGINT');
    expect(await keeper.ended).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(changes(await replay(scene, file))).toContain('stopping');
  });
});

describe.skipIf(sshdAvailable())("with OpenSSH's server behind a relay", () => {
  test('a freeze that only missed probes find plays to the same states', async () => {
    const relayed = (relay = await startRelayedSshd({ lines: 1 }));
    const [line] = relayed.lines as readonly [RelayLine];
    const { sshd } = relayed;
    const scene = createHoldfastScene();
    const options = sshd.clientArguments(line.port);
    scene.write(tunnelToml('db', sshd.destination, { poll: '200ms', options }));
    await scene.up('--wait', '90s');
    await expect.poll(() => readFileSync(recordingOf(scene), 'utf8'), PATIENT).toMatch(TWO_PROBES);
    await line.freeze();
    // New connections pass: nobody but the probes can find it, and a second ssh takes the place of the first.
    await reach(scene, 'healthy', 2);
    await scene.down();
    const steps = await replay(scene, recordingOf(scene));
    expect(steps.some(({ active }) => active.includes('running.probing.suspect'))).toBe(true);
    const once = ['connecting', 'healthy', 'stopping'];
    expect(changes(steps)).toEqual(['backoff', ...once, ...once, 'stopped']);
  });
});

test('the recording goes on over a restart and a SIGKILL of the supervisor', async () => {
  const { scene } = await startTunnel();
  await scene.down();
  await scene.up('--wait', '90s');
  const hello = await scene.hello();
  process.kill(hello!.pid, 'SIGKILL');
  await expect.poll(() => scene.processes(), PATIENT).not.toContain(hello!.pid);
  await scene.up('--wait', '90s');
  await scene.down();
  const steps = await replay(scene, recordingOf(scene));
  expect(steps.filter(({ event }) => event === 'xstate.init')).toHaveLength(3);
  expect(steps.map(({ index }) => index)).toEqual(steps.map((_, index) => index));
  const times = steps.map(({ atMs }) => atMs);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
});
