import type { FleetEvent, TunnelStatus } from '@holdfast/engine';
import { afterEach, describe, expect, test } from 'vitest';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { createFakedClock, fakedClockAvailable } from './support/faked-clock.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  echoForward,
  endHoldfastScenes,
  type HoldfastScene,
  tunnelToml,
  tunnelToServer,
} from './support/holdfast.ts';
import { removeRunFolders } from './support/run-folder.ts';

const HOUR_S = 3600;
const HOUR_MS = HOUR_S * 1000;
/** Of a tunnel to where nobody listens. */
const LONGEST_WAIT_MS = 5000;

afterEach(async () => {
  await endHoldfastScenes();
  await endScene();
  await removeRunFolders();
});

/** What the supervisor says, in milliseconds of its own clock. */
interface Look {
  readonly tunnel: TunnelStatus;
  readonly atMs: number;
  readonly sinceMs: number;
  readonly answeredMs: number;
  /** The wait until the next start; 0 when none is due. */
  readonly waitMs: number;
}

async function look(scene: HoldfastScene): Promise<Look> {
  const { at, tunnels } = await scene.status();
  const [tunnel] = tunnels;
  if (tunnel === undefined) throw new Error('there is no tunnel');
  const { since, answeredAt, nextStartAt } = tunnel;
  const atMs = Date.parse(at);
  return {
    tunnel,
    atMs,
    sinceMs: Date.parse(since),
    answeredMs: Date.parse(answeredAt ?? ''),
    waitMs: nextStartAt === null ? 0 : Date.parse(nextStartAt) - atMs,
  };
}

function createClockScene() {
  const clock = createFakedClock();
  return { clock, scene: createHoldfastScene(clock.environment) };
}

/** A supervisor with a healthy tunnel that is probed often. */
async function startHealthy() {
  const { clock, scene } = createClockScene();
  const server = await startServer();
  const port = await findFreePorts(1);
  scene.write(tunnelToServer('db', server, { local: [echoForward(port)], poll: '200ms' }));
  await scene.up('--wait', '90s');
  return { clock, scene, port, before: await look(scene) };
}

/** Waits for so many answers of the server, by what status says; rounding aside, each has one time, in the past. */
async function hearAnswers(scene: HoldfastScene, count: number): Promise<void> {
  const answers = new Set<number>();
  const listen = async () => {
    const { tunnel, answeredMs, atMs } = await look(scene);
    expect(['healthy', 'probing']).toContain(tunnel.state);
    expect(answeredMs).toBeLessThanOrEqual(atMs);
    answers.add(Math.round(answeredMs / 100));
    return answers.size;
  };
  await expect.poll(listen, PATIENT).toBeGreaterThanOrEqual(count);
}

async function eventsOf(scene: HoldfastScene): Promise<FleetEvent[]> {
  const { stdout } = await scene.holdfast('logs', '--json', '-n', '1000');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as FleetEvent);
}

/** Events are told in the order in which they happened, whatever the clock shows. */
async function expectOrderedEvents(scene: HoldfastScene): Promise<void> {
  const ids = (await eventsOf(scene)).map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted((one, other) => one - other));
  expect(new Set(ids).size).toBe(ids.length);
}

const noClock = fakedClockAvailable();

describe.skipIf(noClock)(
  `a clock that is set${noClock === undefined ? '' : ` (${noClock})`}`,
  () => {
    test('an hour back: a healthy tunnel stays as it is, and is probed as before', async () => {
      const { clock, scene, port, before } = await startHealthy();
      clock.set(-HOUR_S);
      expect((await look(scene)).atMs).toBeLessThan(before.atMs - HOUR_MS / 2);
      await hearAnswers(scene, 4);
      await expectBytes(port);
      const after = await look(scene);
      expect(after.tunnel).toMatchObject({ pid: before.tunnel.pid, starts: 1, failure: null });
      expect(await eventsOf(scene)).not.toContainEqual(
        expect.objectContaining({ fact: expect.objectContaining({ type: 'network.changed' }) }),
      );
    });

    test('an hour back: what is told of times is told of the past', async () => {
      const { clock, scene, before } = await startHealthy();
      clock.set(-HOUR_S);
      await hearAnswers(scene, 3);
      const { atMs, sinceMs, answeredMs } = await look(scene);
      // It was healthy for seconds before, and for as long now.
      expect(atMs - sinceMs).toBeGreaterThanOrEqual(before.atMs - before.sinceMs - 1);
      expect(sinceMs).toBeLessThanOrEqual(answeredMs);
    });

    test('an hour back: events are logged as before, in the order of their ids', async () => {
      const { clock, scene } = await startHealthy();
      clock.set(-HOUR_S);
      await scene.holdfast('restart', 'db');
      await scene.up('--wait', '90s');
      const events = await eventsOf(scene);
      const setBack = events.findIndex(
        ({ at }, index) => index > 0 && Date.parse(at) < Date.parse(events[index - 1]!.at),
      );
      expect(setBack).toBeGreaterThan(0);
      expect(events.slice(setBack).map(({ fact }) => fact.type)).toContain('tunnel.proved');
      await expectOrderedEvents(scene);
    });

    test('three hours forward: counts as a wake, and the tunnel is probed and stays', async () => {
      const { clock, scene, port, before } = await startHealthy();
      clock.set(3 * HOUR_S);
      const changes = async () =>
        (await eventsOf(scene)).flatMap(({ fact }) =>
          fact.type === 'network.changed' ? [fact.change] : [],
        );
      await expect.poll(changes, PATIENT).toEqual(['woke-up']);
      await hearAnswers(scene, 4);
      await expectBytes(port);
      const after = await look(scene);
      expect(after.atMs).toBeGreaterThan(before.atMs + 2 * HOUR_MS);
      expect(after.tunnel).toMatchObject({ pid: before.tunnel.pid, starts: 1, failure: null });
      expect(await changes()).toEqual(['woke-up']);
      const why = await scene.holdfast('why', 'db');
      expect(why.stdout).toContain('this machine woke up');
      await expectOrderedEvents(scene);
    });

    /** A supervisor with a tunnel to where nobody listens. */
    async function startRefused() {
      const { clock, scene } = createClockScene();
      const port = await findFreePorts(1);
      scene.write(tunnelToml('db', '127.0.0.1', { options: ['-p', `${port}`, '-F', '/dev/null'] }));
      await scene.up();
      const starts = async () => (await look(scene)).tunnel.starts;
      await expect.poll(starts, PATIENT).toBeGreaterThanOrEqual(2);
      return { clock, scene, starts };
    }

    test('an hour back: no wait gets longer, and none is told to be', async () => {
      const { clock, scene, starts } = await startRefused();
      clock.set(-HOUR_S);
      const enough = (await starts()) + 3;
      const wrong: unknown[] = [];
      const watch = async () => {
        const { tunnel, atMs, waitMs } = await look(scene);
        const failedMs = atMs - Date.parse(tunnel.failure?.at ?? '');
        if (waitMs > LONGEST_WAIT_MS || failedMs < 0) wrong.push({ waitMs, failedMs });
        return tunnel.starts;
      };
      await expect.poll(watch, { ...PATIENT, timeout: 90_000 }).toBeGreaterThanOrEqual(enough);
      expect(wrong).toEqual([]);
    });

    test('three hours forward: a long wait ends, as after sleep', async () => {
      const { clock, scene } = createClockScene();
      const [server, other] = [await startServer(), await startServer()];
      const anyKey = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'];
      const options = [...anyKey, ...other.clientArguments(server.port)];
      scene.write(tunnelToml('db', server.destination, { options }));
      await scene.up();
      // Keys that are not let in are tried again after 5 s, and then after 30 s.
      await expect.poll(async () => (await look(scene)).waitMs, PATIENT).toBeGreaterThan(25_000);
      expect((await look(scene)).tunnel.starts).toBe(2);
      clock.set(3 * HOUR_S);
      await expect
        .poll(async () => (await look(scene)).tunnel.starts, PATIENT)
        .toBeGreaterThanOrEqual(3);
      const facts = (await eventsOf(scene)).map(({ fact }) => fact);
      expect(facts).toContainEqual({ type: 'network.changed', change: 'woke-up' });
    });
  },
);
