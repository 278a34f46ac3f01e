import { describe, expect, test } from 'vitest';
import {
  factsOf,
  failWith,
  fleetTunnel,
  waitsOf,
} from '../../../test/properties/support/fleet-tunnel.ts';
import type { SteppedTunnel } from '../../../test/properties/support/stepped-tunnel.ts';
import { reportOf } from '../../../test/properties/support/steps.ts';
import type { FailureClass } from '../rules/failure-policy.ts';

/** Seconds before each of the next starts, by chance 0, 0.5 and 1. */
type Schedule = readonly [FailureClass, readonly number[], readonly number[], readonly number[]];

const SLOW = [
  [1, 1, 1, 1, 1, 1, 1],
  [1.5, 2.5, 4.5, 8.5, 16.5, 30.5, 30.5],
  [2, 4, 8, 16, 32, 60, 60],
] as const;

const AUTH = [5, 30, 120, 600, 600];

const PORT = [
  [2, 2, 2, 2],
  [3, 5, 8.5, 8.5],
  [4, 8, 15, 15],
] as const;

const SCHEDULES: readonly Schedule[] = [
  ['unreachable', [0.5, 0.5, 0.5, 0.5, 0.5], [0.75, 1.25, 2.25, 2.75, 2.75], [1, 2, 4, 5, 5]],
  ['throttled', ...SLOW],
  ['unknown', ...SLOW],
  ['auth', AUTH, AUTH, AUTH],
  ['remote-port-held', ...PORT],
  ['local-port-held', ...PORT],
  ['dropped', [0, 0.5, 0.5, 0.5, 0.5], [0, 0.75, 1.25, 2.25, 2.75], [0, 1, 2, 4, 5]],
];

describe.each(SCHEDULES)('the schedule of %s', (name, ...byChance) => {
  test.each([
    [0, byChance[0]],
    [0.5, byChance[1]],
    [1, byChance[2]],
  ])('with luck %d is %j s', (chance, seconds) => {
    const tunnel = fleetTunnel();
    const endedAtMs: number[] = [];
    for (const second of seconds) {
      endedAtMs.push(tunnel.clock.now());
      failWith(tunnel, name, chance);
      if (second > 0) tunnel.advance(second * 1000 - 1);
      expect(tunnel.state).toBe(second === 0 ? 'connecting' : 'backoff');
      tunnel.advance(1);
      expect(tunnel.state).toBe('connecting');
    }
    expect(waitsOf(tunnel).slice(1)).toEqual(seconds);
    const waitedMs = endedAtMs.map((atMs, index) => tunnel.startedAtMs[index + 1]! - atMs);
    expect(waitedMs).toEqual(seconds.map((second) => second * 1000));
  });
});

test('a wait is whole milliseconds, also where its seconds are no round number', () => {
  const tunnel = fleetTunnel();
  // 1.015 s times 1000 is 1014.9999999999999.
  failWith(tunnel, 'throttled', 0.015);
  tunnel.advance(2000);
  expect(tunnel.startedAtMs).toEqual([0, 1015]);
});

test.each<[FailureClass, number]>([
  ['auth', 4],
  ['local-port-held', 1],
])('%s is a matter for people from try %i on', (name, firstTry) => {
  const tunnel = fleetTunnel();
  for (let tries = 1; tries < 6; tries += 1) {
    failWith(tunnel, name);
    const verdict = tries < firstTry ? 'retry' : 'wait-for-operator';
    expect(factsOf(tunnel, 'backoff.began').at(-1)).toMatchObject({
      verdict,
      failure: reportOf(name),
    });
    expect(tunnel.actor.getSnapshot().context.failures).toMatchObject({
      verdict,
      counts: { [name]: tries },
    });
    tunnel.send({ type: 'tunnel.retry' });
  }
});

describe.each(['host-key-changed', 'host-key-unknown', 'usage'] as const)('%s', (name) => {
  const failure = { ...reportOf(name), remedy: 'correct it', line: 'ssh: no' };

  test('fails at once, with its sentence and its remedy', () => {
    const tunnel = fleetTunnel();
    tunnel.exit(255, { failure });
    expect(tunnel.states).toEqual(['connecting', 'failed']);
    expect(tunnel.end).toEqual({ class: 'hopeless', exitStatus: 1, sentence: failure.sentence });
    expect(tunnel.actor.getSnapshot().context.failures).toMatchObject({
      last: failure,
      verdict: 'fail',
    });
    expect(tunnel.emitted.slice(-2)).toEqual([
      {
        type: 'child.ended',
        exit: { status: 255, signal: null },
        verdict: 'fail',
        premature: false,
        failure,
      },
      { type: 'tunnel.ended', end: tunnel.end },
    ]);
    expect(tunnel.clock.pending).toBe(0);
  });

  test('fails also where ssh was told to go for it, and that is told', () => {
    const tunnel = fleetTunnel();
    tunnel.refuseForward(failure);
    tunnel.exit('SIGTERM');
    expect(tunnel.states).toEqual(['connecting', 'stopping', 'failed']);
    expect(tunnel.end?.sentence).toBe(failure.sentence);
    expect(factsOf(tunnel, 'child.ended')).toMatchObject([{ verdict: 'fail', failure }]);
  });
});

describe('a wait is ended', () => {
  const waiting = (name: FailureClass): SteppedTunnel => {
    const tunnel = fleetTunnel();
    failWith(tunnel, name);
    if (name === 'dropped') failWith(tunnel, name);
    expect(tunnel.state).toBe('backoff');
    return tunnel;
  };

  test.each(['tunnel.retry', 'tunnel.restart', 'network.changed'] as const)(
    'by %s, for whatever it was',
    (type) => {
      for (const [name] of SCHEDULES) {
        const tunnel = waiting(name);
        tunnel.send({ type });
        expect(tunnel.states.slice(-2)).toEqual(['backoff', 'connecting']);
        expect(tunnel.clock.now()).toBe(0);
      }
    },
  );

  test.each([
    ['host.answered', ['unreachable', 'throttled', 'unknown', 'dropped']],
    ['credentials.changed', ['auth']],
    ['start.granted', []],
  ] as const)('by %s, if it was one of %j', (type, ended) => {
    const names = SCHEDULES.map(([name]) => name).filter((name) => {
      const tunnel = waiting(name);
      tunnel.send({ type });
      return tunnel.state === 'connecting';
    });
    expect(names).toEqual(expect.arrayContaining([...ended]));
    expect(names).toHaveLength(ended.length);
  });

  test('with the lifetime', () => {
    const tunnel = fleetTunnel({ lifetimeSeconds: 60 });
    failWith(tunnel, 'auth');
    tunnel.send({ type: 'tunnel.retry' });
    failWith(tunnel, 'auth');
    tunnel.send({ type: 'tunnel.retry' });
    failWith(tunnel, 'auth');
    tunnel.advance(59_999);
    expect(tunnel.state).toBe('backoff');
    tunnel.advance(1);
    expect(tunnel.end).toMatchObject({ class: 'lifetime-over', exitStatus: 0 });
  });
});
