import type { TunnelEvent } from '@holdfast/machines';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { RecordingError } from '../read/recording-error.ts';
import { playAll } from '../testing/play-all.ts';
import {
  createRecordingScene,
  endRecordingScenes,
  EPOCH_MS,
  IN_FLEET,
  type RecordedTunnel,
  type RecordingScene,
} from '../testing/recorded-tunnel.ts';
import type { PlayedStep } from './player.ts';

/** For properties on a busy machine. */

/** Any characters, also those that a terminal obeys. */
const anyText = fc
  .array(fc.nat(0x2fff), { maxLength: 20 })
  .map((codes) => String.fromCharCode(...codes));

afterEach(endRecordingScenes);

function statesOf(steps: readonly PlayedStep[], name: string) {
  return steps.filter((step) => step.name === name).map(({ step }) => step.state);
}

function errorOf(play: () => unknown): RecordingError {
  try {
    play();
  } catch (error) {
    if (error instanceof RecordingError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}

/** Logs in, and answers at every poll time. */
function liveFor(scene: RecordingScene, tunnel: RecordedTunnel, polls: number, pollMs = 5000) {
  tunnel.send({ type: 'child.spawned', pid: 4711, atMs: scene.nowMs() });
  tunnel.send({ type: 'child.ready', atMs: scene.nowMs() });
  answer(scene, tunnel);
  for (let poll = 0; poll < polls; poll += 1) {
    scene.advance(pollMs);
    answer(scene, tunnel);
  }
}

function answer(scene: RecordingScene, tunnel: RecordedTunnel, roundTripMs = 0.25): void {
  scene.advance(roundTripMs);
  tunnel.send({ type: 'heartbeat.answered', atMs: scene.nowMs(), roundTripMs });
}

const LONG = ['a', 'b', 'c'];

/** Of three tunnels, with checkpoints; where these stand. */
function longRecording(): { readonly lines: readonly string[]; readonly heads: readonly number[] } {
  const scene = createRecordingScene({ maxBytes: 70_000 });
  const tunnels = LONG.map((name) => scene.tunnel(name, IN_FLEET));
  for (const tunnel of tunnels) liveFor(scene, tunnel, 1);
  for (let poll = 0; poll < 130; poll += 1) {
    scene.advance(5000);
    scene.recorder.flush();
    for (const tunnel of tunnels) answer(scene, tunnel);
  }
  const lines = scene.lines();
  const [, ...heads] = lines.flatMap((line, index) =>
    line.includes('"recording"') ? [index] : [],
  );
  expect(heads.length).toBeGreaterThan(1);
  return { lines, heads };
}

/** A line as it was written before there were challengers. */
function withoutChallengers(line: string): string {
  const read = JSON.parse(line);
  if (read.checkpoint === undefined) return line;
  if (read.value?.running?.probing === 'asking') read.value = { running: 'probing' };
  for (const key of ['doubt', 'carrier', 'challenger', 'hasWitness']) delete read.context[key];
  for (const key of ['patienceSeconds', 'patienceAloneSeconds', 'challenges'])
    delete read.context.settings[key];
  return JSON.stringify(read);
}

describe('a recording', () => {
  test('plays to the states that it was made of, with rules, facts and times', () => {
    const scene = createRecordingScene();
    const tunnel = scene.tunnel('db', IN_FLEET);
    liveFor(scene, tunnel, 3);
    scene.advance(5000);
    tunnel.send({ type: 'heartbeat.missed', reason: 'no answer' });
    tunnel.send({ type: 'heartbeat.missed', reason: 'no answer' });
    tunnel.send({ type: 'child.exited', status: 255, signal: null, atMs: scene.nowMs() });
    const steps = playAll(scene.lines());
    expect(statesOf(steps, 'db')).toEqual(tunnel.states);
    expect(steps.map(({ step }) => step.index)).toEqual(steps.map((_, index) => index));
    const missed = steps.filter(({ step }) => step.event === 'heartbeat.missed');
    expect(missed.map(({ step }) => [step.state, step.taken, step.detail])).toEqual([
      ['probing', ['running.probing.asking#heartbeat.missed/2'], 'no answer'],
      ['stopping', ['running.probing.asking#heartbeat.missed/3'], 'no answer'],
    ]);
    expect(missed[0]!.step.atMs).toBe(EPOCH_MS + scene.nowMs());
    expect(missed[1]!.step.active).toEqual([
      'running',
      'running.stopping',
      'running.stopping.terminating',
    ]);
    expect(steps.at(-1)!.step.facts).toMatchObject({ failureClass: 'dropped', starts: 2 });
    const answers = steps.filter(({ step }) => step.event === 'heartbeat.answered');
    expect(answers.map(({ step }) => step.facts.roundTripMs)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(steps.filter(({ isRoutine }) => isRoutine)).toHaveLength(6);
  });

  test('of routine takes at most 30 bytes a probe', () => {
    const scene = createRecordingScene();
    const tunnel = scene.tunnel('db', IN_FLEET);
    liveFor(scene, tunnel, 500);
    const routine = scene.lines().filter((line) => /^\[\d+,\d+,\d+,\d+\]$/.test(line));
    expect(routine).toHaveLength(500);
    for (const line of routine) expect(line.length + 1).toBeLessThanOrEqual(30);
  });

  test('can be read from a checkpoint on, also of a tunnel in the middle of a probe', () => {
    const { lines, heads } = longRecording();
    const all = playAll(lines);
    for (const head of heads) {
      const late = playAll(lines.slice(head));
      expect(late.length).toBeGreaterThan(0);
      for (const name of LONG) {
        const states = statesOf(late, name);
        expect(states).toEqual(statesOf(all, name).slice(-states.length));
      }
    }
  });

  test('can be read from a checkpoint of a time without challengers', () => {
    const { lines, heads } = longRecording();
    const late = lines.slice(heads[0]);
    const older = late.map(withoutChallengers);
    expect(older.some((line) => line.includes('{"running":"probing"}'))).toBe(true);
    expect(playAll(older)).toEqual(playAll(late));
  });

  test('plays through a switch to the states that it was made of', () => {
    const scene = createRecordingScene();
    const tunnel = scene.tunnel('db', { ...IN_FLEET, patienceSeconds: 300, challenges: true });
    liveFor(scene, tunnel, 1);
    scene.advance(5000);
    const missed = { type: 'heartbeat.missed', reason: 'no answer', sight: null } as const;
    const [own, other] = [{ slot: 'a' }, { slot: 'b' }] as const;
    const happened: readonly (() => TunnelEvent)[] = [
      () => ({ ...missed, atMs: scene.nowMs(), silentMs: 1000 }),
      () => ({ type: 'challenger.granted' }),
      () => ({ type: 'child.spawned', ...other, pid: 4712, atMs: scene.nowMs() }),
      () => ({ ...missed, atMs: scene.nowMs(), silentMs: 2000 }),
      () => ({ type: 'child.ready', ...other, atMs: scene.nowMs(), sight: null }),
    ];
    for (const event of happened) {
      tunnel.send(event());
      scene.advance(500);
    }
    // As long again as it had been silent when the challenger was in.
    scene.advance(2500);
    const exited = { type: 'child.exited', status: 255, signal: null } as const;
    tunnel.send({ ...exited, ...own, atMs: scene.nowMs() });
    tunnel.send({ type: 'child.ready', ...other, atMs: scene.nowMs() });
    answer(scene, tunnel);
    const steps = playAll(scene.lines());
    expect(statesOf(steps, 'db')).toEqual(tunnel.states);
    expect(tunnel.states.slice(-9)).toEqual([
      ...happened.map(() => 'probing'),
      'stopping', // its grace is over
      'connecting', // its ssh has ended
      'probing',
      'healthy',
    ]);
    expect(
      steps.find(
        ({ step }) =>
          step.event === 'child.ready' && step.active.includes('running.probing.suspect.outvoted'),
      ),
    ).toBeDefined();
  });

  test('goes on with another supervisor, and counts the steps of a tunnel on', () => {
    const scene = createRecordingScene();
    liveFor(scene, scene.tunnel('db', IN_FLEET), 1);
    scene.restart();
    liveFor(scene, scene.tunnel('db', IN_FLEET), 1);
    const steps = playAll(scene.lines());
    expect(steps.filter(({ step }) => step.event === 'xstate.init')).toHaveLength(2);
    expect(steps.map(({ step }) => step.index)).toEqual(steps.map((_, index) => index));
  });

  test('knows the time also after the wall clock was set', () => {
    const scene = createRecordingScene();
    const tunnel = scene.tunnel('db', IN_FLEET);
    scene.setWall(3_600_000);
    tunnel.send({ type: 'child.spawned', pid: 4711, atMs: scene.nowMs() });
    const steps = playAll(scene.lines());
    expect(steps.map(({ step }) => step.atMs)).toEqual([EPOCH_MS, EPOCH_MS + 3_600_000]);
  });
});

describe('a recording that was changed is', () => {
  function lines(): readonly string[] {
    const scene = createRecordingScene();
    const tunnel = scene.tunnel('db', IN_FLEET);
    liveFor(scene, tunnel, 2);
    tunnel.send({ type: 'tunnel.stop' });
    tunnel.send({ type: 'child.exited', status: 255, signal: null, atMs: scene.nowMs() });
    return scene.lines();
  }

  test('a difference if another state stands there', () => {
    const all = lines().map((line) => line.replace('"stopping"]', '"backoff"]'));
    const error = errorOf(() => playAll(all));
    expect(error.code).toBe('difference');
    expect(error.difference).toMatchObject({
      name: 'db',
      recorded: 'backoff',
      played: 'stopping',
      step: { event: 'tunnel.stop' },
    });
    expect(error.line).toBe(all.findIndex((line) => line.includes('tunnel.stop')) + 1);
  });

  test('a difference if a poll time is over too soon', () => {
    const all = lines().map((line) => line.replace(/^\[1,5000000,/, '[1,4900000,'));
    expect(errorOf(() => playAll(all))).toMatchObject({
      code: 'difference',
      message: expect.stringContaining('it is due 100 ms later'),
    });
  });

  test('a difference if a delay ends that the machine does not wait for', () => {
    const all = lines().map((line) =>
      line.includes('child.ready')
        ? '[1,0,"xstate.after.pollTime.tunnel.running.healthy","healthy"]'
        : line,
    );
    expect(errorOf(() => playAll(all)).message).toContain('the machine does not wait for it');
  });

  test('refused if it is from a newer version', () => {
    const all = lines().map((line) => line.replace('{"recording":1', '{"recording":2'));
    expect(errorOf(() => playAll(all))).toMatchObject({
      code: 'newer-format',
      message:
        'the recording has format 2, and this version of holdfast reads formats up to 1: take a newer one',
    });
  });

  test('refused if a line in its middle is cut short, and not if it is the last one', () => {
    const all = lines();
    const cut = (index: number) => all.map((line, at) => (at === index ? line.slice(0, -5) : line));
    expect(errorOf(() => playAll(cut(3)))).toMatchObject({ code: 'damaged', line: 4 });
    expect(statesOf(playAll(cut(all.length - 1)), 'db').at(-1)).toBe('stopping');
  });

  test('played if its times are none that a calendar has', () => {
    const far = lines().map((line) => line.replace(/"wallMs":\d+(\.\d+)?/, '"wallMs":1e300'));
    const times = playAll(far).map(({ step }) => new Date(step.atMs).toISOString());
    expect(new Set(times)).toEqual(new Set(['+275760-09-13T00:00:00.000Z']));
  });

  test('played line by line, however much was said of a tunnel that never comes', () => {
    const said = Array.from({ length: 100_000 }, () => '[7,"said","info","x"]');
    expect(playAll([...lines().slice(0, 1), ...said])).toEqual([]);
  });

  test.each([
    ['a text', ['hello']],
    ['nothing', []],
    ['another NDJSON', ['{"id":1}', '{"id":2}']],
  ])('refused if it is %s', (_, all) => {
    expect(errorOf(() => playAll(all)).code).toBe('no-recording');
  });
});

test('any text is refused in words or played, and nothing else happens', () => {
  const scene = createRecordingScene();
  const tunnel = scene.tunnel('db', IN_FLEET);
  liveFor(scene, tunnel, 2);
  tunnel.send({ type: 'child.exited', status: 255, signal: null, atMs: scene.nowMs() });
  scene.advance(60_000);
  const all = scene.lines();
  const change = fc.record({
    line: fc.nat(all.length - 1),
    from: fc.nat(400),
    length: fc.nat(20),
    text: fc.oneof(
      anyText,
      fc.json(),
      fc.constantFrom('null', '1e400', '-1', '{}', '[]', '"', '0.5', '"__proto__":{}'),
    ),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 4 }), (changes) => {
      const lines = [...all];
      for (const { line, from, length, text } of changes) {
        const old = lines[line]!;
        lines[line] = old.slice(0, from) + text + old.slice(from + length);
      }
      try {
        playAll(lines.flatMap((line) => line.split('\n')));
      } catch (error) {
        if (!(error instanceof RecordingError)) throw error;
      }
    }),
    { numRuns: 150 },
  );
});

const SILENT = { type: 'heartbeat.missed', reason: 'no answer', silentMs: 1500 } as const;
const SIGHT = { hasMoved: true, resendInMs: 400, hasAddress: true, streams: 1 };

const event: fc.Arbitrary<(atMs: number) => TunnelEvent> = fc.oneof(
  fc
    .constantFrom<TunnelEvent>(
      { type: 'tunnel.restart' },
      { type: 'tunnel.retry' },
      { type: 'tunnel.probe' },
      { type: 'network.changed' },
      { type: 'start.granted' },
      { type: 'challenger.granted' },
      { type: 'host.answered' },
      { type: 'credentials.changed' },
      { type: 'heartbeat.missed', reason: 'no answer' },
      { type: 'heartbeat.unsent', reason: 'too many open files' },
      { type: 'forward.refused' },
      { type: 'check.failed', reason: 'no answer' },
      { type: 'settings.changed', settings: { pollSeconds: 7 } },
      { type: 'settings.changed', settings: { challenges: false } },
    )
    .map((plain) => () => plain),
  fc.constantFrom(
    (atMs: number): TunnelEvent => ({ type: 'child.spawned', pid: 4711, atMs }),
    (atMs: number): TunnelEvent => ({ type: 'child.ready', atMs }),
    (atMs: number): TunnelEvent => ({ type: 'heartbeat.answered', atMs, roundTripMs: 1.23456 }),
    (atMs: number): TunnelEvent => ({ type: 'child.exited', status: 255, signal: null, atMs }),
    (atMs: number): TunnelEvent => ({ type: 'child.spawned', slot: 'b', pid: 4712, atMs }),
    (atMs: number): TunnelEvent => ({ type: 'child.ready', slot: 'b', atMs, sight: null }),
    (atMs: number): TunnelEvent => ({ ...SILENT, atMs, sight: null }),
    (atMs: number): TunnelEvent => ({ ...SILENT, atMs, sight: SIGHT }),
  ),
  fc
    .record({
      slot: fc.constantFrom('a', 'b' as const),
      chance: fc.double({ min: 0, max: 1, noNaN: true }),
      failure: fc.constantFrom('unreachable', 'throttled', 'auth', 'dropped' as const),
    })
    .map(({ slot, chance, failure }) => (atMs: number): TunnelEvent => ({
      type: 'child.exited',
      slot,
      status: 255,
      signal: null,
      atMs,
      chance,
      failure: { class: failure, sentence: 'it went wrong' },
    })),
);

const happening = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('send' as const), of: fc.nat(2), event }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      ms: fc.oneof(fc.nat(10_000), fc.double({ min: 0, max: 70_000, noNaN: true })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('live' as const), of: fc.nat(2) }) },
);

const patient = fc.constantFrom({}, { patienceSeconds: 60, challenges: true });

test('whatever happens to tunnels, their recording plays to the same states', () => {
  fc.assert(
    fc.property(
      fc.array(happening, { maxLength: 60 }),
      fc.boolean(),
      patient,
      (happenings, asks, patience) => {
        const scene = createRecordingScene({ maxBytes: 66_500, keep: 100 });
        try {
          const input = { ...IN_FLEET, ...patience, asksBeforeStart: asks };
          const tunnels = ['a', 'b', 'c'].map((name) => scene.tunnel(name, input));
          for (const one of happenings) {
            if (one.do === 'advance') scene.advance(one.ms);
            else if (one.do === 'flush') scene.recorder.flush();
            else if (one.do === 'live') liveFor(scene, tunnels[one.of]!, 3);
            else tunnels[one.of]!.send(one.event(scene.nowMs()));
          }
          // The end of a poll time is held back until it is known what follows.
          scene.restart();
          const steps = playAll(scene.lines());
          tunnels.forEach((tunnel, index) => {
            expect(statesOf(steps, 'abc'[index]!)).toEqual(tunnel.states);
          });
        } finally {
          scene.end();
        }
      },
    ),
    { numRuns: 60 },
  );
});
