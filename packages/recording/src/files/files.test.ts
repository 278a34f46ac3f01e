import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { reportRedactor } from '../redact/redactor.ts';
import { playAll } from '../testing/play-all.ts';
import {
  createRecordingScene,
  endRecordingScenes,
  EPOCH_MS,
  IN_FLEET,
  type RecordedTunnel,
  type RecordingScene,
} from '../testing/recorded-tunnel.ts';
import { followRecording } from './follow-recording.ts';
import { makeReport } from './make-report.ts';
import { readSteps } from './read-steps.ts';
import { recentRoundTrips } from './recent-round-trips.ts';

afterEach(endRecordingScenes);

/** A tunnel that is healthy. */
function healthy(scene: RecordingScene, name: string): RecordedTunnel {
  const tunnel = scene.tunnel(name, IN_FLEET);
  tunnel.send({ type: 'child.spawned', pid: 4711, atMs: scene.nowMs() });
  tunnel.send({ type: 'child.ready', atMs: scene.nowMs() });
  answer(scene, tunnel, 1);
  return tunnel;
}

function answer(scene: RecordingScene, tunnel: RecordedTunnel, roundTripMs: number): void {
  tunnel.send({ type: 'heartbeat.answered', atMs: scene.nowMs(), roundTripMs });
}

/** Answers at so many poll times. */
function poll(scene: RecordingScene, tunnels: readonly RecordedTunnel[], times: number): void {
  for (let time = 0; time < times; time += 1) {
    scene.advance(5000);
    for (const tunnel of tunnels) answer(scene, tunnel, time + 1);
  }
}

describe('the steps of a tunnel', () => {
  test('are those of one tunnel, between two moments, from the checkpoint before', async () => {
    const scene = createRecordingScene({ maxBytes: 67_000, keep: 50 });
    const tunnels = [healthy(scene, 'a'), healthy(scene, 'b')];
    for (let time = 0; time < 60; time += 1) {
      poll(scene, tunnels, 1);
      scene.recorder.flush();
    }
    const fromMs = EPOCH_MS + scene.nowMs() - 20_000;
    const toMs = EPOCH_MS + scene.nowMs() - 10_000;
    const { steps, earliestMs, isCut, problem } = await readSteps(scene.path, {
      name: 'b',
      fromMs,
      toMs,
    });
    expect(steps.map(({ event, atMs }) => [event, atMs - fromMs])).toEqual(
      [0, 5000, 10_000].flatMap((ms) => [
        ['after pollTime', ms],
        ['heartbeat.answered', ms],
      ]),
    );
    expect([isCut, problem]).toEqual([false, null]);
    expect(earliestMs).toBeLessThan(fromMs);
  });

  test('are merged where probes were answered, if there are too many', async () => {
    const scene = createRecordingScene();
    const tunnel = healthy(scene, 'db');
    poll(scene, [tunnel], 30);
    tunnel.send({ type: 'network.changed' });
    answer(scene, tunnel, 7);
    poll(scene, [tunnel], 30);
    scene.recorder.flush();
    const whole = await readSteps(scene.path, { name: 'db' });
    expect(whole.steps).toHaveLength(5 + 60 + 2 + 60);
    const merged = await readSteps(scene.path, { name: 'db', limit: 20 });
    expect(merged.isCut).toBe(false);
    expect(merged.steps.slice(-10)).toMatchObject(
      whole.steps.slice(-10).map(({ atMs, detail }) => ({ atMs, detail })),
    );
    expect(merged.steps.map(({ event, detail }) => [event, detail]).slice(5, -10)).toEqual([
      ['heartbeat.answered', '30 probes were answered, the last in 30.000 ms'],
      ['network.changed', null],
      ['heartbeat.answered', '7.000 ms'],
      ['heartbeat.answered', '25 probes were answered, the last in 25.000 ms'],
    ]);
    const cut = await readSteps(scene.path, { name: 'db', limit: 2 });
    expect([cut.isCut, cut.steps.length]).toEqual([true, 2]);
  });

  test('are none of a tunnel that nobody knows, or without a file', async () => {
    const scene = createRecordingScene();
    const none = { steps: [], earliestMs: null, isCut: false, problem: null };
    expect(await readSteps(scene.path, { name: 'db' })).toEqual(none);
    expect(await readSteps(`${scene.path}.none`, { name: 'db' })).toEqual(none);
  });

  test('go on behind a part that cannot be played', async () => {
    const scene = createRecordingScene();
    const tunnel = healthy(scene, 'db');
    scene.recorder.flush();
    const text = readFileSync(scene.path, 'utf8');
    writeFileSync(scene.path, text.replace('},"probing"]', '},"backoff"]'));
    scene.restart();
    poll(scene, [tunnel], 2);
    scene.recorder.flush();
    const { steps, problem } = await readSteps(scene.path, { name: 'db' });
    expect(problem).toContain('the recording says backoff, and the machine comes to probing');
    expect(steps.at(-1)).toMatchObject({ event: 'heartbeat.answered', state: 'healthy' });
  });
});

test('the round trips of late are those of each tunnel, and so many', async () => {
  const scene = createRecordingScene();
  const tunnels = [healthy(scene, 'a'), healthy(scene, 'b')];
  poll(scene, tunnels, 3);
  poll(scene, tunnels.slice(1), 2);
  scene.recorder.flush();
  expect(await recentRoundTrips(scene.path, 3)).toEqual(
    new Map([
      ['a', [1, 2, 3]],
      ['b', [3, 1, 2]],
    ]),
  );
});

test('a report is of one tunnel, begins with what made it, and plays', async () => {
  const scene = createRecordingScene();
  poll(scene, [healthy(scene, 'a'), healthy(scene, 'b')], 3);
  scene.recorder.flush();
  const { lines } = await makeReport(scene.path, {
    name: 'b',
    fromMs: EPOCH_MS,
    redactor: reportRedactor(['b']),
    about: { node: 'v20' },
  });
  expect(JSON.parse(lines[0]!)).toMatchObject({ recording: 1, about: { node: 'v20' } });
  const steps = playAll(lines);
  expect(new Set(steps.map(({ name }) => name))).toEqual(new Set(['b']));
  expect(steps).toHaveLength(5 + 6);
});

describe('a recording that is followed', () => {
  test('begins with the last checkpoint, goes on over rotations, and plays', async () => {
    const scene = createRecordingScene({ maxBytes: 68_000, keep: 20 });
    const tunnels = [healthy(scene, 'a'), healthy(scene, 'b')];
    poll(scene, tunnels, 3);
    scene.recorder.flush();
    const stop = new AbortController();
    const lines: string[] = [];
    const following = (async () => {
      const wish = { isNamed: (name: string) => name === 'b', signal: stop.signal, pollMs: 1 };
      for await (const line of followRecording(scene.path, wish)) lines.push(line);
    })();
    for (let time = 0; time < 60; time += 1) {
      const before = lines.length;
      poll(scene, tunnels, 1);
      scene.recorder.flush();
      await expect.poll(() => lines.length).toBeGreaterThan(before);
    }
    stop.abort();
    await following;
    expect(lines.filter((line) => line.startsWith('{"recording"')).length).toBeGreaterThan(1);
    const steps = playAll(lines);
    expect(steps.filter(({ isRoutine }) => isRoutine)).toHaveLength(2 * 63);
    expect(new Set(steps.map(({ name }) => name))).toEqual(new Set(['b']));
  });

  test('is passed over where another wrote into it', async () => {
    const scene = createRecordingScene();
    healthy(scene, 'a');
    scene.recorder.flush();
    appendFileSync(scene.path, 'nonsense\n');
    const { problem } = await readSteps(scene.path, { name: 'a' });
    expect(problem).toBeNull();
  });
});
