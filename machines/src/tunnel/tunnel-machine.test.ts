import { createActor, fromCallback, initialTransition, transition } from 'xstate';
import { describe, expect, test } from 'vitest';
import { steppedTunnel } from '../../../test/properties/support/stepped-tunnel.ts';
import { tunnelState } from './selectors.ts';
import { tunnelMachine } from './tunnel-machine.ts';
import type { ChildCommand, ChildInput, HeartbeatCommand, TunnelInput } from './types.ts';

const NO_GATE: TunnelInput = { gateSeconds: 0 };

/** Starts a tunnel and lets it die so often that it waits: 2 s after the sixth death. */
function waitingTunnel(input: TunnelInput = {}) {
  const tunnel = steppedTunnel({ ...NO_GATE, ...input });
  for (let death = 0; death < 6; death += 1) tunnel.exit(255);
  expect(tunnel.state).toBe('backoff');
  return tunnel;
}

describe('a day in the life of a tunnel', () => {
  test('is told by its states, its facts and its commands', () => {
    const tunnel = steppedTunnel({ name: 'db', hasHeartbeat: true, firstPollSeconds: 60 });
    tunnel.advance(60_000);
    tunnel.beat({ type: 'heartbeat.answered' });
    tunnel.exit(255);
    tunnel.send({ type: 'tunnel.stop', signal: 'SIGTERM' });
    tunnel.exit(255);

    expect(tunnel.states).toEqual([
      'gating',
      'connecting',
      'probing',
      'healthy',
      'connecting',
      'stopping',
      'stopped',
    ]);
    expect(tunnel.holes).toEqual([
      'start 1',
      'probe 1',
      'gone 1',
      'start 2',
      'SIGTERM 2',
      'gone 2',
    ]);
    expect(tunnel.emitted).toEqual([
      { type: 'backoff.began', tries: 0, graceSeconds: 0 },
      { type: 'start.began', start: 1, maxStarts: -1 },
      { type: 'start.succeeded', pid: 1001, firstPollSeconds: 60 },
      { type: 'probe.began' },
      { type: 'probe.answered', pid: 1001, pollSeconds: 600 },
      {
        type: 'child.ended',
        exit: { status: 255, signal: null },
        verdict: 'restart',
        premature: false,
      },
      { type: 'backoff.began', tries: 0, graceSeconds: 0 },
      { type: 'start.began', start: 2, maxStarts: -1 },
      { type: 'start.succeeded', pid: 1002, firstPollSeconds: 60 },
      { type: 'stop.began', reason: 'operator-stop', pid: 1002, signal: 'SIGTERM' },
      { type: 'tunnel.ended', end: tunnel.end },
    ]);
  });
});

describe('the wait before a restart', () => {
  test('is nothing for the first five quick deaths, then 2, 8, 18 and 32 s', () => {
    const tunnel = steppedTunnel(NO_GATE);
    for (let death = 0; death < 9; death += 1) {
      tunnel.exit(255);
      tunnel.advance(40_000);
    }
    const graces = tunnel.emitted.flatMap((fact) =>
      fact.type === 'backoff.began' ? [fact.graceSeconds] : [],
    );
    expect(graces).toEqual([0, 0, 0, 0, 0, 0, 2, 8, 18, 32]);
    expect(tunnel.startedAtMs.slice(0, 8)).toEqual([
      0, 0, 40_000, 80_000, 120_000, 160_000, 202_000, 248_000,
    ]);
  });

  test('ends when the grace time is over', () => {
    const tunnel = waitingTunnel();
    tunnel.advance(1999);
    expect(tunnel.state).toBe('backoff');
    tunnel.advance(1);
    expect(tunnel.states.slice(-2)).toEqual(['backoff', 'connecting']);
  });

  test.each(['tunnel.retry', 'tunnel.restart', 'network.changed'] as const)(
    'ends at once with %s',
    (type) => {
      const tunnel = waitingTunnel();
      tunnel.send({ type });
      expect(tunnel.states.slice(-2)).toEqual(['backoff', 'connecting']);
      expect(tunnel.startedAtMs).toHaveLength(7);
      tunnel.advance(2000);
      expect(tunnel.startedAtMs).toHaveLength(7);
    },
  );

  test('is not ended by an order to probe', () => {
    const tunnel = waitingTunnel();
    tunnel.send({ type: 'tunnel.probe' });
    tunnel.advance(1999);
    expect(tunnel.state).toBe('backoff');
    expect(tunnel.startedAtMs).toHaveLength(6);
  });

  test('ends with a stop, and nothing is started', () => {
    const tunnel = waitingTunnel();
    tunnel.send({ type: 'tunnel.stop', signal: 'SIGTERM' });
    expect(tunnel.states.slice(-2)).toEqual(['backoff', 'stopped']);
    expect(tunnel.emitted.slice(-2)).toEqual([
      { type: 'stop.began', reason: 'operator-stop', pid: null, signal: 'SIGTERM' },
      { type: 'tunnel.ended', end: tunnel.end },
    ]);
    expect(tunnel.startedAtMs).toHaveLength(6);
  });

  test('ends with the lifetime', () => {
    const tunnel = steppedTunnel({ ...NO_GATE, pollSeconds: 600, lifetimeSeconds: 600 });
    for (let death = 0; death < 30; death += 1) {
      tunnel.exit(255);
      if (death < 29) tunnel.send({ type: 'tunnel.retry' });
    }
    tunnel.send({ type: 'network.changed' });
    tunnel.advance(1000);
    tunnel.exit(255);
    tunnel.advance(598_999);
    expect(tunnel.state).toBe('backoff');
    tunnel.advance(1);
    expect(tunnel.end).toMatchObject({ class: 'lifetime-over', exitStatus: 0 });
    expect(tunnel.startedAtMs).toHaveLength(31);
  });

  test('counts a restart that was asked for like a death', () => {
    const tunnel = steppedTunnel(NO_GATE);
    for (let restart = 0; restart < 6; restart += 1) {
      tunnel.send({ type: 'tunnel.restart' });
      tunnel.exit(0);
    }
    expect(tunnel.state).toBe('backoff');
  });

  test('is nothing again after an ssh that lived long enough', () => {
    const tunnel = waitingTunnel();
    tunnel.advance(2000 + 60_000);
    tunnel.exit(255);
    expect(tunnel.emitted.filter(({ type }) => type === 'backoff.began').at(-1)).toEqual({
      type: 'backoff.began',
      tries: 0,
      graceSeconds: 0,
    });
    expect(tunnel.state).toBe('connecting');
  });

  test.each([
    { type: 'heartbeat.missed', reason: 'late' },
    { type: 'heartbeat.answered' },
    { type: 'forward.refused', port: 1 },
    { type: 'child.exited', status: 3, signal: null, atMs: 0 },
    { type: 'child.unrunnable', reason: 'late' },
  ] as const)('is not disturbed by a late $type', (event) => {
    const tunnel = waitingTunnel();
    tunnel.send(event);
    expect(tunnel.state).toBe('backoff');
    expect(tunnel.startedAtMs).toHaveLength(6);
  });
});

describe('the maximum of starts', () => {
  test('0 ends the tunnel before anything is started', () => {
    const tunnel = steppedTunnel({ maxStarts: 0 });
    expect(tunnel.states).toEqual(['stopped']);
    expect(tunnel.holes).toEqual([]);
    expect(tunnel.emitted).toEqual([{ type: 'tunnel.ended', end: tunnel.end }]);
    expect(tunnel.end).toMatchObject({ class: 'starts-used-up', exitStatus: 0 });
  });

  test('ends the tunnel when one more would be due', () => {
    const tunnel = steppedTunnel({ ...NO_GATE, maxStarts: 2 });
    tunnel.exit(255);
    tunnel.exit(255);
    expect(tunnel.states).toEqual(['connecting', 'connecting', 'stopped']);
    expect(tunnel.end?.class).toBe('starts-used-up');
  });

  test('ends it also when an operator asks for a restart at the last start', () => {
    const tunnel = steppedTunnel({ ...NO_GATE, maxStarts: 1 });
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.exit(255);
    expect(tunnel.states).toEqual(['connecting', 'stopping', 'stopped']);
    expect(tunnel.end).toMatchObject({ class: 'starts-used-up', exitStatus: 0 });
  });

  test('leaves an end at the last start its own status', () => {
    const tunnel = steppedTunnel({ ...NO_GATE, maxStarts: 1 });
    tunnel.exit(3);
    expect(tunnel.end).toMatchObject({ class: 'bad-status', exitStatus: 1 });
  });

  test('does not wait first, however many quick deaths there were', () => {
    const tunnel = steppedTunnel({ ...NO_GATE, maxStarts: 6 });
    for (let death = 0; death < 6; death += 1) tunnel.exit(255);
    expect(tunnel.states.slice(-2)).toEqual(['connecting', 'stopped']);
    expect(tunnel.clock.now()).toBe(0);
  });
});

describe('the lifetime', () => {
  test.each([
    ['gating', { gateSeconds: 100, hasHeartbeat: true, firstPollSeconds: 50 }, ['gating']],
    ['connecting', { gateSeconds: 0, hasHeartbeat: true, firstPollSeconds: 50 }, ['connecting']],
    ['healthy', { gateSeconds: 0, pollSeconds: 10 }, ['connecting', 'healthy']],
    [
      'probing',
      { gateSeconds: 0, hasHeartbeat: true, firstPollSeconds: 10 },
      ['connecting', 'probing'],
    ],
  ] as const)('ends ssh, and then the tunnel, while %s', (_, input, states) => {
    const tunnel = steppedTunnel({ lifetimeSeconds: 50, ...input });
    tunnel.advance(49_999);
    expect(tunnel.states).toEqual(states);
    tunnel.advance(1);
    expect(tunnel.states).toEqual([...states, 'stopping']);
    expect(tunnel.emitted.at(-1)).toMatchObject({ type: 'stop.began', reason: 'lifetime-over' });
    tunnel.exit(255);
    expect(tunnel.states).toEqual([...states, 'stopping', 'stopped']);
    expect(tunnel.end).toMatchObject({ class: 'lifetime-over', exitStatus: 0 });
  });

  test('counts from the first start, over restarts', () => {
    const tunnel = steppedTunnel({ ...NO_GATE, lifetimeSeconds: 50 });
    tunnel.advance(30_000);
    tunnel.exit(255);
    tunnel.advance(20_000);
    expect(tunnel.states).toEqual(['connecting', 'healthy', 'connecting', 'healthy', 'stopping']);
  });

  test('of 0 s is no limit', () => {
    const tunnel = steppedTunnel({ ...NO_GATE, lifetimeSeconds: 0 });
    tunnel.advance(100 * 86_400_000);
    expect(tunnel.states).toEqual(['connecting', 'healthy']);
  });
});

describe('a hole that nobody filled', () => {
  test('fails with its name: sshChild', () => {
    const machine = tunnelMachine.provide({
      actors: { heartbeat: fromCallback<HeartbeatCommand, ChildInput>(() => undefined) },
    });
    expect(failureOf(machine)).toBe('the actor "sshChild" was not provided');
  });

  test('fails with its name: heartbeat', () => {
    const machine = tunnelMachine.provide({
      actors: { sshChild: fromCallback<ChildCommand, ChildInput>(() => undefined) },
    });
    expect(failureOf(machine)).toBe('the actor "heartbeat" was not provided');
  });

  test('both: the ssh is named', () => {
    expect(failureOf(tunnelMachine)).toBe('the actor "sshChild" was not provided');
  });
});

function failureOf(machine: typeof tunnelMachine): string {
  const errors: unknown[] = [];
  const actor = createActor(machine, { input: NO_GATE });
  actor.subscribe({ error: (error) => errors.push(error) });
  actor.start();
  expect(actor.getSnapshot().status).toBe('error');
  return String(errors.map((error) => (error as Error).message));
}

describe('the machine without an actor', () => {
  test('runs as a pure function, with its holes unfilled', () => {
    const [first, firstActions] = initialTransition(tunnelMachine, NO_GATE);
    expect(tunnelState(first)).toBe('connecting');
    expect(firstActions.map(({ type }) => type)).toContain('xstate.spawnChild');

    const [spawned] = transition(tunnelMachine, first, {
      type: 'child.spawned',
      pid: 7,
      atMs: 5000,
    });
    const exit = { type: 'child.exited', status: 255, signal: null } as const;
    const [again] = transition(tunnelMachine, spawned, { ...exit, atMs: 6000 });
    expect(tunnelState(again)).toBe('connecting');
    expect(again.context).toMatchObject({ starts: 2, tries: 1, pid: null });

    const [after] = transition(tunnelMachine, again, { type: 'tunnel.stop' });
    const [done] = transition(tunnelMachine, after, { ...exit, atMs: 7000 });
    expect(done.status).toBe('done');
    expect(done.output).toEqual({
      class: 'operator-stop',
      exitStatus: 1,
      sentence: 'it was told to stop',
    });
    expect(tunnelState(first)).toBe('connecting');
  });

  test('says how long it would wait', () => {
    let [snapshot] = initialTransition(tunnelMachine, NO_GATE);
    let actions: readonly { type: string; params?: unknown }[] = [];
    for (let death = 0; death < 6; death += 1) {
      const exit = { type: 'child.exited', status: 255, signal: null, atMs: 0 } as const;
      [snapshot, actions] = transition(tunnelMachine, snapshot, exit);
    }
    expect(tunnelState(snapshot)).toBe('backoff');
    expect(actions).toContainEqual(
      expect.objectContaining({
        type: 'xstate.raise',
        params: expect.objectContaining({ delay: 2000 }),
      }),
    );
  });

  test('is not changed by its tunnels: two do not share anything', () => {
    const [one, other] = [steppedTunnel(NO_GATE), steppedTunnel(NO_GATE)];
    one.exit(3);
    expect([one.state, other.state]).toEqual(['failed', 'connecting']);
  });
});

test('the context is plain data in every state', () => {
  const tunnel = steppedTunnel({ hasHeartbeat: true, firstPollSeconds: 40 });
  const contexts: unknown[] = [];
  tunnel.actor.subscribe(({ context }) => contexts.push(context));
  tunnel.advance(40_000);
  tunnel.beat({ type: 'heartbeat.missed', reason: 'late' });
  tunnel.exit(0);
  for (let death = 0; death < 6; death += 1) tunnel.exit(255);
  tunnel.send({ type: 'tunnel.stop' });

  expect(tunnel.states).toEqual([
    'gating',
    'connecting',
    'probing',
    'stopping',
    'connecting',
    'connecting',
    'connecting',
    'connecting',
    'connecting',
    'backoff',
    'stopped',
  ]);
  for (const context of contexts) {
    expect(structuredClone(context)).toEqual(context);
    expect(JSON.parse(JSON.stringify(context))).toEqual(context);
  }
});
