import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FailureReport } from '@holdfast/machines';
import { afterEach, describe, expect, test } from 'vitest';
import { playAll } from '../testing/play-all.ts';
import {
  createRecordingScene,
  endRecordingScenes,
  EPOCH_MS,
  IN_FLEET,
  type RecordedTunnel,
  type RecordingScene,
} from '../testing/recorded-tunnel.ts';

afterEach(endRecordingScenes);

const REFUSED: FailureReport = { class: 'throttled', sentence: 'db port 22 closed the connection' };
const HOUR_MS = 3_600_000;

/** The next start of a tunnel, which fails after a second. */
function fail(scene: RecordingScene, tunnel: RecordedTunnel, failure = REFUSED, chance = 1): void {
  while (tunnel.state === 'backoff') scene.advance(20_000);
  tunnel.send({ type: 'child.spawned', pid: 4711, atMs: scene.nowMs() });
  scene.advance(1000);
  const exit = { status: 255, signal: null, atMs: scene.nowMs() };
  tunnel.send({ type: 'child.exited', ...exit, failure, chance });
}

function comeUp(scene: RecordingScene, tunnel: RecordedTunnel): void {
  while (tunnel.state === 'backoff') scene.advance(1000);
  tunnel.send({ type: 'child.spawned', pid: 4711, atMs: scene.nowMs() });
  tunnel.send({ type: 'child.ready', atMs: scene.nowMs() });
  tunnel.send({ type: 'heartbeat.answered', atMs: scene.nowMs(), roundTripMs: 1 });
}

const playedStates = (scene: RecordingScene) => {
  const steps = playAll(scene.lines());
  return steps.map(({ step }) => step);
};

describe('starts that fail in the same way', () => {
  test('are all in the recording as long as they are few', () => {
    const scene = createRecordingScene();
    const tunnel = scene.tunnel('db', IN_FLEET);
    for (let n = 0; n < 4; n += 1) fail(scene, tunnel);
    expect(playedStates(scene).map(({ state }) => state)).toEqual(tunnel.states);
  });

  test('are there the 8th, 16th, 32nd … time, and the recording plays', () => {
    const scene = createRecordingScene();
    const tunnel = scene.tunnel('db', IN_FLEET);
    for (let n = 0; n < 40; n += 1) fail(scene, tunnel);
    const failures = playedStates(scene).filter(({ event }) => event === 'child.exited');
    const starts = failures.map(({ facts }) => facts.starts);
    expect(starts).toEqual([1, 2, 3, 4, 8, 16, 32]);
    expect(scene.lines().filter((line) => line.includes('left out'))).toHaveLength(4);
  });

  test('end with whatever comes then, of which nothing is left out', () => {
    const scene = createRecordingScene();
    const tunnel = scene.tunnel('db', IN_FLEET);
    for (let n = 0; n < 21; n += 1) fail(scene, tunnel);
    const before = tunnel.states.length;
    comeUp(scene, tunnel);
    const came = tunnel.states.slice(before);
    expect(came.at(-1)).toBe('healthy');
    const steps = playedStates(scene);
    expect(steps.slice(-came.length).map(({ state }) => state)).toEqual(came);
    expect(steps.at(-1)!.atMs).toBe(EPOCH_MS + scene.nowMs());
  });

  test('are told apart: another failure begins anew', () => {
    const scene = createRecordingScene();
    const tunnel = scene.tunnel('db', IN_FLEET);
    for (let n = 0; n < 6; n += 1) fail(scene, tunnel);
    const other: FailureReport = { class: 'auth', sentence: 'db refused the login as me' };
    fail(scene, tunnel, other);
    const last = playedStates(scene).at(-1)!;
    expect(last).toMatchObject({ event: 'child.exited', facts: { failureClass: 'auth' } });
  });

  test('are shown up to now when somebody asks for what is written', () => {
    const scene = createRecordingScene();
    const tunnel = scene.tunnel('db', IN_FLEET);
    for (let n = 0; n < 13; n += 1) {
      fail(scene, tunnel);
      expect(playedStates(scene).at(-1)).toMatchObject({ state: 'backoff' });
    }
    tunnel.send({ type: 'tunnel.stop' });
    expect(playedStates(scene).at(-1)).toMatchObject({ state: 'stopped' });
  });
});

/** One of thirty tunnels, with its share of the recording. */
test('a week of an outage leaves the first hour in the recording', () => {
  const share = { maxBytes: Math.floor(8_000_000 / 30) };
  const scene = createRecordingScene(share);
  const tunnel = scene.tunnel('db', IN_FLEET);
  comeUp(scene, tunnel);
  scene.advance(1000);
  const failedAt: number[] = [];
  while (scene.nowMs() < 7 * 24 * HOUR_MS) {
    fail(scene, tunnel);
    failedAt.push(EPOCH_MS + scene.nowMs());
  }
  const steps = playedStates(scene);
  expect(steps[0]!.event).toBe('xstate.init');
  const atMs = steps.filter(({ event }) => event === 'child.exited').map((step) => step.atMs);
  expect(atMs.slice(0, 5)).toEqual([1, 2, 3, 4, 8].map((nth) => failedAt[nth - 1]));
  const folder = dirname(scene.path);
  const bytes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  expect(bytes).toHaveLength(1);
  expect(bytes[0]! * 30).toBeLessThan(2_000_000);
});
