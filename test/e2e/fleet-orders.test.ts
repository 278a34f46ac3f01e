import { readdirSync } from 'node:fs';
import { UNLIMITED_STARTS } from '@holdfast/machines';
import { afterEach, describe, expect, test } from 'vitest';
import { specOf } from '../../packages/engine/src/testing/tunnel-specs.ts';
import { signalAll } from './support/child-processes.ts';
import { endScene, PATIENT, startLine, startServer } from './support/embedded-scene.ts';
import { endFleets, makeFleet, sshStandIn, tunnelTo } from './support/fleet-scene.ts';
import { removeRunFolders } from './support/run-folder.ts';

const UNLIMITED = { gateMs: 0, maxStarts: UNLIMITED_STARTS, restart: 'unlimited' } as const;

afterEach(async () => {
  await endFleets();
  await endScene();
  await removeRunFolders();
});

/** A fleet of one tunnel whose ssh is a script. */
function standIn(...lines: readonly string[]) {
  const scene = makeFleet([specOf({ name: 'db', host: 'nowhere' })], {
    ssh: sshStandIn(...lines),
    chance: () => 0,
  });
  scene.fleet.start(['db']);
  return scene;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a stop', () => {
  test('ends an ssh that is connecting', async () => {
    const server = await startServer();
    const line = await startLine(server);
    line.freeze();
    const scene = makeFleet([tunnelTo(server, { name: 'db' }, line.port)]);
    scene.fleet.start(['db']);
    await scene.hear('db', 'start.succeeded');
    const { pid, state } = scene.status('db');
    expect(state).toBe('connecting');
    await scene.fleet.stop(['db']);
    expect(scene.status('db')).toMatchObject({ state: 'stopped', pid: null, failure: null });
    expect(isRunning(pid!)).toBe(false);
  });

  test('ends a wait', async () => {
    const scene = standIn('exit 255');
    await scene.hear('db', 'child.ended');
    await scene.reach('db', 'backoff');
    await scene.fleet.stop(['db']);
    expect(scene.status('db')).toMatchObject({ state: 'stopped', nextStartAt: null });
    expect(scene.fleet.why('db').sentences.at(-1)).toContain('holdfast up db');
  });

  test('that is given twice kills an ssh that takes its time', async () => {
    const scene = standIn("trap '' TERM", 'exec sleep 60');
    await scene.hear('db', 'start.succeeded');
    const stops = [scene.fleet.stop(['db']), scene.fleet.stop(['db'])];
    expect(scene.count('db', 'child.killed')).toBe(1);
    await Promise.all(stops);
    expect(scene.state('db')).toBe('stopped');
  });

  test('kills an ssh that ignores SIGTERM when its grace time is over', async () => {
    const scene = standIn("trap '' TERM", 'exec sleep 60');
    await scene.hear('db', 'start.succeeded');
    const { pid } = scene.status('db');
    await scene.fleet.stop(['db']);
    expect(scene.count('db', 'child.killed')).toBe(1);
    expect(isRunning(pid!)).toBe(false);
  });

  test('ends an ssh that is stopped in its tracks', async () => {
    const server = await startServer();
    const scene = makeFleet([tunnelTo(server, { name: 'db' })]);
    scene.fleet.start(['db']);
    const { pid } = await scene.reach('db', 'healthy');
    process.kill(pid!, 'SIGSTOP');
    await scene.fleet.stop(['db']);
    expect(isRunning(pid!)).toBe(false);
    expect(scene.state('db')).toBe('stopped');
  });

  test('that comes after a start stands, though ssh had not ended between them', async () => {
    const scene = standIn("trap '' TERM", 'exec sleep 60');
    await scene.hear('db', 'start.succeeded');
    void scene.fleet.stop(['db']);
    scene.fleet.start(['db']);
    await scene.fleet.stop(['db']);
    await scene.fleet.close();
    expect([scene.count('db', 'start.began'), scene.state('db')]).toEqual([1, 'stopped']);
  });

  test('that is followed by a start leads to a new ssh, and never to two', async () => {
    const server = await startServer();
    const scene = makeFleet([tunnelTo(server, { name: 'db' })]);
    scene.fleet.start(['db']);
    const { pid } = await scene.reach('db', 'healthy');
    const stopped = scene.fleet.stop(['db']);
    scene.fleet.start(['db']);
    scene.fleet.start(['db']);
    await stopped;
    const after = await scene.reach('db', 'healthy');
    expect([isRunning(pid!), after.pid === pid]).toEqual([false, false]);
    // The server hears of the end of the first when it gets round to it.
    await expect.poll(() => server.connections, PATIENT).toBe(1);
  });
});

test('an ssh that was killed is started again at once', async () => {
  const server = await startServer();
  const scene = makeFleet([tunnelTo(server, { name: 'db' })]);
  scene.fleet.start(['db']);
  const { pid } = await scene.reach('db', 'healthy');
  process.kill(pid!, 'SIGKILL');
  await scene.hear('db', 'tunnel.proved', 2);
  const { failure, starts } = await scene.reach('db', 'healthy');
  expect([failure?.class, failure?.times, starts]).toEqual(['dropped', 1, 2]);
});

test('a frozen ssh is found and ended like a frozen server', async () => {
  const server = await startServer();
  const scene = makeFleet([tunnelTo(server, { name: 'db', pollMs: 200 })]);
  scene.fleet.start(['db']);
  const { pid } = await scene.reach('db', 'healthy');
  process.kill(pid!, 'SIGSTOP');
  await scene.hear('db', 'tunnel.proved', 2);
  expect(scene.count('db', 'probe.missed')).toBeGreaterThan(0);
  expect(scene.count('db', 'tunnel.switched')).toBe(1);
  expect(isRunning(pid!)).toBe(false);
});

test('a tunnel that gave up is restarted by an operator', async () => {
  const server = await startServer();
  const scene = makeFleet([
    tunnelTo(server, {
      name: 'db',
      rules: { ...UNLIMITED, restart: { starts: 0, periodMs: 1000 } },
    }),
  ]);
  for (const times of [1, 2]) {
    scene.fleet.restart(['db']);
    const { pid } = await scene.reach('db', 'healthy');
    signalAll([pid!], 'SIGKILL');
    await scene.hear('db', 'tunnel.ended', times);
    const { failure, end } = await scene.reach('db', 'failed');
    expect(failure).toMatchObject({ class: 'dropped', times: 1 });
    expect(end).toContain('more than 0 restarts within 1 s');
  }
});

test('a tunnel has as many starts as its rules allow, and after them none', async () => {
  const rules = { ...UNLIMITED, maxStarts: 2 };
  const ssh = sshStandIn('exit 255');
  const scene = makeFleet([specOf({ name: 'db', host: 'nowhere', rules })], {
    ssh,
    chance: () => 0,
  });
  scene.fleet.start(['db']);
  await scene.hear('db', 'child.ended');
  scene.fleet.start(['db']);
  const { end, starts } = await scene.reach('db', 'stopped');
  expect([starts, end]).toEqual([2, 'the maximum number of starts was reached']);
});

test('more restarts in a time than the rules allow are a failure, with the class of the last one', async () => {
  const rules = { ...UNLIMITED, restart: { starts: 2, periodMs: 600_000 } };
  const ssh = sshStandIn(
    `printf 'ssh: connect to host x port 22: Connection refused\\r\\n' >&2`,
    'exit 255',
  );
  const scene = makeFleet([specOf({ name: 'db', host: 'nowhere', rules })], {
    ssh,
    chance: () => 0,
  });
  scene.fleet.start(['db']);
  const { failure, end, starts, needsAttention } = await scene.reach('db', 'failed');
  expect([starts, failure?.class, failure?.times, needsAttention]).toEqual([
    3,
    'unreachable',
    3,
    true,
  ]);
  expect(end).toContain('more than 2 restarts within 600 s');
  expect(scene.fleet.why('db').sentences.join('\n')).toContain(
    'The rule that decided: more than 2',
  );
});

test('300 flaps cost no descriptor, and no more memory than 20 sentences', async () => {
  const scene = standIn('exit 255');
  const descriptors = () => readdirSync('/proc/self/fd').length;
  const flap = async (times: number) => {
    await expect
      .poll(
        () => {
          if (scene.status('db').nextStartAt !== null) scene.fleet.start(['db']);
          return scene.count('db', 'child.ended');
        },
        { ...PATIENT, interval: 1 },
      )
      .toBeGreaterThanOrEqual(times);
  };
  await flap(10);
  await scene.reach('db', 'backoff');
  const before = descriptors();
  await flap(310);
  await scene.fleet.stop(['db']);
  expect(descriptors()).toBeLessThanOrEqual(before);
  const { history } = scene.fleet.why('db');
  expect(history.length).toBeLessThanOrEqual(20);
  expect(history.map(({ sentence }) => sentence).join('\n')).toContain('the 256th time');
  expect(scene.status('db').starts).toBeGreaterThanOrEqual(310);
});
