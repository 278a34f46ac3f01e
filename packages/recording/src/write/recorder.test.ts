import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { FleetEvent } from '@holdfast/engine';
import { afterEach, describe, expect, test } from 'vitest';
import { playAll } from '../testing/play-all.ts';
import {
  createRecordingScene,
  endRecordingScenes,
  IN_FLEET,
  type RecordedTunnel,
  type RecordingScene,
} from '../testing/recorded-tunnel.ts';
import { createRecorder } from './recorder.ts';

afterEach(endRecordingScenes);

function spawn(scene: RecordingScene, tunnel: RecordedTunnel): void {
  tunnel.send({ type: 'child.spawned', pid: 4711, atMs: scene.nowMs() });
}

function event(tunnel: string | null, level: FleetEvent['level'], sentence: string): FleetEvent {
  const fact = { type: 'probe.missed', reason: 'no answer' } as const;
  return { id: 1, at: '2026-01-01T00:00:00.000Z', tunnel, level, sentence, fact };
}

const nextTurn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('a recording', () => {
  test('is for its owner alone, and so is its folder', () => {
    const scene = createRecordingScene();
    expect(statSync(scene.path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(scene.path)).mode & 0o777).toBe(0o700);
  });

  test('has all but routine in the same turn, and routine within a second', async () => {
    const scene = createRecordingScene();
    const onFile = () => readFileSync(scene.path, 'utf8');
    const tunnel = scene.tunnel('db', IN_FLEET);
    await nextTurn();
    expect(onFile()).toContain('{"begin":1,"name":"db"');
    spawn(scene, tunnel);
    tunnel.send({ type: 'child.ready', atMs: scene.nowMs() });
    tunnel.send({ type: 'heartbeat.answered', atMs: scene.nowMs(), roundTripMs: 1 });
    scene.advance(1);
    await nextTurn();
    scene.advance(5000);
    tunnel.send({ type: 'heartbeat.answered', atMs: scene.nowMs(), roundTripMs: 1 });
    await nextTurn();
    expect(onFile()).not.toContain(',1000]');
    await expect.poll(onFile, { timeout: 90_000 }).toMatch(/^\[1,\d+,1000,1000\]$/m);
  });

  test('holds what was said of an input, and leaves out what only programmers read', () => {
    const scene = createRecordingScene();
    const tunnel = scene.tunnel('db', IN_FLEET);
    scene.recorder.hear(event('db', 'info', 'ssh was started (pid 4711)'));
    scene.recorder.hear(event('db', 'debug', 'a probe is out'));
    scene.recorder.hear(event(null, 'warning', 'this machine woke up'));
    spawn(scene, tunnel);
    const lines = scene.lines();
    expect(lines.join()).not.toContain('a probe is out');
    expect(lines.join()).toContain('{"said":"this machine woke up","level":"warning","name":null');
    expect(playAll(lines).at(-1)!.step.sentences).toEqual(['ssh was started (pid 4711)']);
  });

  test('never takes more room than its limits, and each file can be read alone', () => {
    const scene = createRecordingScene({ maxBytes: 70_000, keep: 2 });
    const tunnel = scene.tunnel('db', IN_FLEET);
    for (let time = 0; time < 400; time += 1) {
      tunnel.send({ type: 'credentials.changed' });
      scene.advance(1000);
      scene.recorder.flush();
    }
    const folder = dirname(scene.path);
    const files = readdirSync(folder).toSorted();
    expect(files).toEqual(['recording.ndjson', 'recording.ndjson.1', 'recording.ndjson.2']);
    for (const file of files) {
      expect(statSync(`${folder}/${file}`).size).toBeLessThan(70_000);
      const text = readFileSync(`${folder}/${file}`, 'utf8');
      expect(() => playAll(text.trimEnd().split('\n'))).not.toThrow();
    }
  });

  test('begins anew when its file was moved away', () => {
    const scene = createRecordingScene();
    const tunnel = scene.tunnel('db', IN_FLEET);
    scene.recorder.flush();
    renameSync(scene.path, `${scene.path}.old`);
    spawn(scene, tunnel);
    scene.recorder.flush();
    expect(existsSync(scene.path)).toBe(true);
    tunnel.send({ type: 'child.ready', atMs: scene.nowMs() });
    scene.recorder.flush();
    const lines = readFileSync(scene.path, 'utf8').trimEnd().split('\n');
    expect(playAll(lines).map(({ step }) => step.event)).toEqual(['child.ready']);
  });

  test('is not written through a link', () => {
    const scene = createRecordingScene();
    const link = `${scene.path}.link`;
    symlinkSync(scene.path, link);
    const before = readFileSync(scene.path, 'utf8');
    const recorder = createRecorder({ path: link, program: '1.2.3' });
    recorder.flush();
    recorder.close();
    expect(readFileSync(scene.path, 'utf8')).toBe(before);
  });

  test('never throws, whatever the disk says', () => {
    const scene = createRecordingScene();
    scene.restart({ path: '/dev/full' });
    const tunnel = scene.tunnel('db', IN_FLEET);
    spawn(scene, tunnel);
    expect(() => scene.recorder.flush()).not.toThrow();
    expect(() => scene.recorder.close()).not.toThrow();
  });

  test('says how many lines could not be written, and is played on from there', () => {
    const scene = createRecordingScene();
    const tunnel = scene.tunnel('db', IN_FLEET);
    scene.recorder.flush();
    renameSync(scene.path, `${scene.path}.old`);
    mkdirSync(scene.path);
    spawn(scene, tunnel);
    scene.recorder.flush();
    tunnel.send({ type: 'child.ready', atMs: scene.nowMs() });
    scene.recorder.flush();
    expect(scene.recorder.problem()).toMatchObject({ code: 'EISDIR' });
    rmdirSync(scene.path);
    scene.recorder.flush();
    tunnel.send({ type: 'heartbeat.missed', reason: 'no answer' });
    scene.recorder.flush();
    expect(scene.recorder.problem()).toBeUndefined();
    const lines = readFileSync(scene.path, 'utf8').trimEnd().split('\n');
    expect(JSON.parse(lines[1]!)).toEqual({ gap: 'lines could not be written: EISDIR', lines: 2 });
    expect(playAll(lines).map(({ step }) => step.event)).toEqual(['heartbeat.missed']);
  });

  test('takes a tunnel as it is that lived before it', () => {
    const scene = createRecordingScene();
    const tunnel = scene.tunnel('db', IN_FLEET);
    scene.restart();
    spawn(scene, tunnel);
    tunnel.send({ type: 'child.ready', atMs: scene.nowMs() });
    expect(playAll(scene.lines()).at(-1)!.step).toMatchObject({
      event: 'child.ready',
      state: 'probing',
    });
  });
});

test('a line that a crash cut short is ended by the next supervisor, and played over', () => {
  const scene = createRecordingScene();
  spawn(scene, scene.tunnel('db', IN_FLEET));
  scene.recorder.flush();
  scene.cut(7);
  scene.restart();
  spawn(scene, scene.tunnel('db', IN_FLEET));
  const steps = playAll(scene.lines());
  expect(steps.map(({ step }) => step.event)).toEqual([
    'xstate.init',
    'xstate.init',
    'child.spawned',
  ]);
});
