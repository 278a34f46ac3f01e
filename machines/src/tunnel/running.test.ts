import { describe, expect, test } from 'vitest';
import { steppedTunnel } from '../../../test/properties/support/stepped-tunnel.ts';
import type { TunnelInput } from './types.ts';

const ANSWERED = { type: 'heartbeat.answered' } as const;
const MISSED = { type: 'heartbeat.missed', reason: 'no answer' } as const;
const IMPOSSIBLE = { type: 'heartbeat.impossible', reason: 'no such channel' } as const;

/** Probes after 10 s, then every 60 s; no gate. */
const PROBED: TunnelInput = {
  gateSeconds: 0,
  hasHeartbeat: true,
  firstPollSeconds: 10,
  pollSeconds: 60,
};

describe('the gate', () => {
  test('is left when the gate time is over', () => {
    const tunnel = steppedTunnel({ gateSeconds: 30 });
    tunnel.advance(29_999);
    expect(tunnel.states).toEqual(['gating']);
    tunnel.advance(1);
    expect(tunnel.states).toEqual(['gating', 'connecting']);
  });

  test('is skipped when the gate time is 0', () => {
    expect(steppedTunnel({ gateSeconds: 0 }).states).toEqual(['connecting']);
  });

  test('is for the first start only', () => {
    const tunnel = steppedTunnel({ gateSeconds: 30 });
    tunnel.advance(30_001);
    tunnel.exit(255);
    expect(tunnel.states).toEqual(['gating', 'connecting', 'connecting']);
  });

  test.each([0, 1, 255])('makes status %i of the first ssh a failure', (status) => {
    const tunnel = steppedTunnel({ gateSeconds: 30 });
    tunnel.advance(30_000);
    tunnel.exit(status);
    expect(tunnel.states).toEqual(['gating', 'connecting', 'failed']);
    expect(tunnel.end?.class).toBe('premature-exit');
  });

  test('is not asked about a death by signal', () => {
    const tunnel = steppedTunnel({ gateSeconds: 30 });
    tunnel.exit('SIGHUP');
    expect(tunnel.states).toEqual(['gating', 'connecting']);
    expect(tunnel.holes).toEqual(['start 1', 'gone 1', 'start 2']);
  });

  test('is left for good by a proof of life', () => {
    const tunnel = steppedTunnel({ ...PROBED, gateSeconds: 30 });
    tunnel.advance(10_000);
    tunnel.beat(ANSWERED);
    tunnel.advance(59_999);
    expect(tunnel.states).toEqual(['gating', 'probing', 'healthy']);
    tunnel.advance(1);
    expect(tunnel.states).toEqual(['gating', 'probing', 'healthy', 'probing']);
  });

  test('counts from the spawn for the verdict, however long the spawn took', () => {
    const tunnel = steppedTunnel({ gateSeconds: 30 }, false);
    tunnel.advance(20_000);
    tunnel.spawn();
    tunnel.advance(20_000);
    tunnel.exit(255);
    expect(tunnel.states).toEqual(['gating', 'connecting', 'failed']);
  });
});

describe('proof of life', () => {
  test('without a heartbeat is to have lived for the minimum uptime', () => {
    const tunnel = steppedTunnel({ gateSeconds: 30, pollSeconds: 600 });
    tunnel.advance(59_999);
    expect(tunnel.states).toEqual(['gating', 'connecting']);
    tunnel.advance(1);
    expect(tunnel.states).toEqual(['gating', 'connecting', 'healthy']);
  });

  test('without a heartbeat may come inside the gate', () => {
    const tunnel = steppedTunnel({ gateSeconds: 30, pollSeconds: 100 });
    tunnel.advance(100_000);
    expect(tunnel.states).toEqual(['gating', 'healthy']);
  });

  test('with a heartbeat is the answer to the first probe', () => {
    const tunnel = steppedTunnel(PROBED);
    tunnel.advance(9999);
    expect(tunnel.states).toEqual(['connecting']);
    tunnel.advance(1);
    expect(tunnel.states).toEqual(['connecting', 'probing']);
    tunnel.beat(ANSWERED);
    expect(tunnel.states).toEqual(['connecting', 'probing', 'healthy']);
  });

  test('is asked for by every ssh anew, after the first poll time', () => {
    const tunnel = steppedTunnel(PROBED);
    tunnel.advance(5000);
    tunnel.exit(255);
    tunnel.advance(9999);
    expect(tunnel.states).toEqual(['connecting', 'connecting']);
    tunnel.advance(1);
    expect(tunnel.states).toEqual(['connecting', 'connecting', 'probing']);
    expect(tunnel.holes).toEqual(['start 1', 'gone 1', 'start 2', 'probe 2']);
  });
});

describe('the heartbeat', () => {
  test('asks again when the poll time is over, counted from the last answer', () => {
    const tunnel = steppedTunnel(PROBED);
    tunnel.advance(10_000 + 3000);
    tunnel.beat(ANSWERED);
    tunnel.advance(59_999);
    expect(tunnel.state).toBe('healthy');
    tunnel.advance(1);
    tunnel.beat(ANSWERED);
    expect(tunnel.states).toEqual(['connecting', 'probing', 'healthy', 'probing', 'healthy']);
    expect(tunnel.holes).toEqual(['start 1', 'probe 1', 'probe 1']);
    expect(tunnel.emitted.slice(3)).toEqual([
      { type: 'probe.began' },
      { type: 'probe.answered', pid: 1001, pollSeconds: 60 },
      { type: 'probe.began' },
      { type: 'probe.answered', pid: 1001, pollSeconds: 60 },
    ]);
  });

  test('waits for the answer as long as the driver takes, and never asks twice at once', () => {
    const tunnel = steppedTunnel(PROBED);
    tunnel.advance(10_000);
    tunnel.send({ type: 'network.changed' });
    tunnel.advance(1_000_000);
    expect(tunnel.states).toEqual(['connecting', 'probing']);
    expect(tunnel.holes).toEqual(['start 1', 'probe 1']);
  });

  test('that is missed ends ssh, and starts it again', () => {
    const tunnel = steppedTunnel(PROBED);
    tunnel.advance(10_000);
    tunnel.beat(MISSED);
    tunnel.exit(0);
    expect(tunnel.states).toEqual(['connecting', 'probing', 'stopping', 'connecting']);
    expect(tunnel.holes).toEqual(['start 1', 'probe 1', 'SIGTERM 1', 'gone 1', 'start 2']);
    expect(tunnel.emitted).toContainEqual({ type: 'probe.missed', reason: 'no answer' });
    expect(tunnel.emitted).toContainEqual({
      type: 'stop.began',
      reason: 'heartbeat-missed',
      pid: expect.any(Number),
      signal: null,
    });
  });

  test.each([0, 1, 2])(
    'may be missed %i times in a row, and is repeated at once',
    (missesAllowed) => {
      const tunnel = steppedTunnel({ ...PROBED, missesAllowed });
      tunnel.advance(10_000);
      for (let miss = 0; miss < missesAllowed; miss += 1) tunnel.beat(MISSED);
      expect(tunnel.states).toEqual(['connecting', 'probing']);
      tunnel.beat(MISSED);
      expect(tunnel.states).toEqual(['connecting', 'probing', 'stopping']);
      expect(tunnel.holes.filter((record) => record === 'probe 1')).toHaveLength(missesAllowed + 1);
      const told = tunnel.emitted.map(({ type }) => type);
      expect(told.filter((type) => type === 'probe.missed')).toHaveLength(missesAllowed + 1);
      expect(told.filter((type) => type === 'stop.began')).toHaveLength(1);
    },
  );

  test('forgets its misses when an answer comes', () => {
    const tunnel = steppedTunnel({ ...PROBED, missesAllowed: 1 });
    tunnel.advance(10_000);
    tunnel.beat(MISSED);
    tunnel.beat(ANSWERED);
    tunnel.advance(60_000);
    tunnel.beat(MISSED);
    expect(tunnel.states).toEqual(['connecting', 'probing', 'healthy', 'probing']);
  });

  test('forgets its misses when ssh is new', () => {
    const tunnel = steppedTunnel({ ...PROBED, missesAllowed: 1 });
    tunnel.advance(10_000);
    tunnel.beat(MISSED);
    tunnel.exit(255);
    tunnel.advance(10_000);
    tunnel.beat(MISSED);
    expect(tunnel.state).toBe('probing');
  });

  test.each([ANSWERED, MISSED])('that nobody asked for is not listened to: $type', (event) => {
    const tunnel = steppedTunnel(PROBED);
    tunnel.beat(event);
    tunnel.advance(10_000);
    tunnel.beat(ANSWERED);
    tunnel.beat(event);
    expect(tunnel.states).toEqual(['connecting', 'probing', 'healthy']);
  });
});

describe('a heartbeat that is impossible', () => {
  test('is given up for this ssh, for which to have lived is the proof', () => {
    const tunnel = steppedTunnel(PROBED);
    tunnel.advance(10_000);
    tunnel.beat(IMPOSSIBLE);
    tunnel.advance(10_000);
    expect(tunnel.states).toEqual(['connecting', 'probing', 'connecting', 'healthy']);
    tunnel.advance(1_000_000);
    tunnel.exit(255);
    tunnel.advance(10_000);
    expect(tunnel.states.slice(4)).toEqual(['connecting', 'probing']);
    expect(tunnel.holes).toEqual(['start 1', 'probe 1', 'gone 1', 'start 2', 'probe 2']);
    expect(tunnel.emitted).toContainEqual({
      type: 'probe.impossible',
      reason: 'no such channel',
    });
  });

  test('does not bring an old ssh back into the gate', () => {
    const tunnel = steppedTunnel({ ...PROBED, gateSeconds: 30, firstPollSeconds: 600 });
    tunnel.advance(600_000);
    tunnel.beat(IMPOSSIBLE);
    expect(tunnel.states).toEqual(['gating', 'connecting', 'probing', 'connecting']);
    tunnel.exit(255);
    expect(tunnel.state).toBe('connecting');
  });

  test('does not spare a young ssh the gate rule', () => {
    const tunnel = steppedTunnel({ ...PROBED, gateSeconds: 30 });
    tunnel.advance(10_000);
    tunnel.beat(IMPOSSIBLE);
    tunnel.exit(255);
    expect(tunnel.states).toEqual(['gating', 'probing', 'connecting', 'failed']);
    expect(tunnel.end?.class).toBe('premature-exit');
  });

  test.each([
    ['gating', { gateSeconds: 30 }, 1000, ['gating', 'connecting']],
    ['healthy', {}, 10_000, ['connecting', 'probing', 'healthy', 'connecting']],
  ] as const)('may be found out while %s', (_, input, ms, states) => {
    const tunnel = steppedTunnel({ ...PROBED, ...input });
    tunnel.advance(ms);
    tunnel.beat(ANSWERED);
    tunnel.beat(IMPOSSIBLE);
    expect(tunnel.states).toEqual(states);
  });
});

describe('a change of the network', () => {
  test('probes at once while healthy', () => {
    const tunnel = steppedTunnel(PROBED);
    tunnel.advance(10_000);
    tunnel.beat(ANSWERED);
    tunnel.send({ type: 'network.changed' });
    expect(tunnel.states).toEqual(['connecting', 'probing', 'healthy', 'probing']);
    expect(tunnel.holes.at(-1)).toBe('probe 1');
  });

  test.each([
    ['gating', { gateSeconds: 30 }],
    ['connecting', {}],
  ] as const)('asks nothing of an ssh that still logs in: %s', (state, input) => {
    const tunnel = steppedTunnel({ ...PROBED, ...input });
    tunnel.advance(1000);
    tunnel.send({ type: 'network.changed' });
    expect(tunnel.states).toEqual([state]);
    expect(tunnel.probes).toBe(0);
  });

  test('does nothing to an ssh that has no heartbeat', () => {
    const tunnel = steppedTunnel({ gateSeconds: 0, pollSeconds: 100 });
    tunnel.send({ type: 'network.changed' });
    tunnel.advance(10_000);
    tunnel.send({ type: 'network.changed' });
    tunnel.advance(1_000_000);
    expect(tunnel.states).toEqual(['connecting', 'healthy']);
  });
});

describe('an order to probe', () => {
  test('brings the next probe forward', () => {
    const tunnel = steppedTunnel(PROBED);
    tunnel.advance(10_000);
    tunnel.beat(ANSWERED);
    tunnel.send({ type: 'tunnel.probe' });
    expect(tunnel.states).toEqual(['connecting', 'probing', 'healthy', 'probing']);
    expect(tunnel.probes).toBe(2);
  });

  test('does nothing while a probe is out', () => {
    const tunnel = steppedTunnel(PROBED);
    tunnel.advance(10_000);
    tunnel.send({ type: 'tunnel.probe' });
    expect(tunnel.probes).toBe(1);
    tunnel.beat(ANSWERED);
    expect(tunnel.states).toEqual(['connecting', 'probing', 'healthy']);
  });

  test.each([
    ['gating', { gateSeconds: 30 }],
    ['connecting', {}],
  ] as const)('does nothing while %s: the first probe has its time', (state, input) => {
    const tunnel = steppedTunnel({ ...PROBED, ...input });
    tunnel.send({ type: 'tunnel.probe' });
    expect(tunnel.states).toEqual([state]);
    expect(tunnel.probes).toBe(0);
  });

  test('does nothing to a healthy ssh that has no heartbeat', () => {
    const tunnel = steppedTunnel({ gateSeconds: 0, pollSeconds: 100 });
    tunnel.advance(10_000);
    tunnel.send({ type: 'tunnel.probe' });
    expect(tunnel.states).toEqual(['connecting', 'healthy']);
    expect(tunnel.probes).toBe(0);
  });

  test('does nothing to an ssh whose heartbeat was given up', () => {
    const tunnel = steppedTunnel(PROBED);
    tunnel.beat(IMPOSSIBLE);
    tunnel.advance(1_000_000);
    expect(tunnel.state).toBe('healthy');
    tunnel.send({ type: 'tunnel.probe' });
    expect(tunnel.state).toBe('healthy');
    expect(tunnel.probes).toBe(0);
  });
});

describe('a forward that is refused', () => {
  test('ends ssh, and starts it again', () => {
    const tunnel = steppedTunnel(PROBED);
    tunnel.refuseForward();
    tunnel.exit(0);
    expect(tunnel.states).toEqual(['connecting', 'stopping', 'connecting']);
    expect(tunnel.emitted).toContainEqual({
      type: 'stop.began',
      reason: 'forward-refused',
      pid: 1001,
      signal: null,
    });
  });

  test('in the gate does so too: the end that follows is not judged', () => {
    const tunnel = steppedTunnel({ gateSeconds: 30 });
    tunnel.refuseForward();
    tunnel.exit(255);
    expect(tunnel.states).toEqual(['gating', 'stopping', 'connecting']);
    expect(tunnel.emitted.map(({ type }) => type)).not.toContain('child.ended');
  });
});

/** Brings a tunnel into each state in which ssh runs and nobody has told it to go. */
const ALIVE = [
  ['gating', 30, 0, false],
  ['connecting', 0, 0, false],
  ['healthy', 0, 10_000, true],
  ['probing', 0, 10_000, false],
] as const;

describe.each(ALIVE)('while %s', (state, gateSeconds, ms, isAnswered) => {
  const start = () => {
    const tunnel = steppedTunnel({ ...PROBED, gateSeconds });
    tunnel.advance(ms);
    if (isAnswered) tunnel.beat(ANSWERED);
    expect(tunnel.state).toBe(state);
    tunnel.states.length = 0;
    return tunnel;
  };

  test('a stop ends ssh, and then the tunnel', () => {
    const tunnel = start();
    tunnel.send({ type: 'tunnel.stop', signal: 'SIGINT' });
    expect(tunnel.emitted.at(-1)).toEqual({
      type: 'stop.began',
      reason: 'operator-stop',
      pid: 1001,
      signal: 'SIGINT',
    });
    tunnel.exit(255);
    expect(tunnel.states).toEqual(['stopping', 'stopped']);
    expect(tunnel.end?.class).toBe('operator-stop');
  });

  test('a restart ends ssh, and starts it again', () => {
    const tunnel = start();
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.exit(3);
    expect(tunnel.states).toEqual(['stopping', 'connecting']);
    expect(tunnel.holes.slice(-3)).toEqual(['SIGTERM 1', 'gone 1', 'start 2']);
  });

  test('a retry does nothing', () => {
    const tunnel = start();
    tunnel.send({ type: 'tunnel.retry' });
    expect(tunnel.state).toBe(state);
    expect(tunnel.holes).not.toContain('SIGTERM 1');
  });

  test('a bad status ends the tunnel', () => {
    const tunnel = start();
    tunnel.exit(3);
    expect(tunnel.states).toEqual(['failed']);
  });
});

describe('an ssh that cannot be executed', () => {
  test.each(['classic', 'autossh-1.4', 'autossh-1.3'] as const)('is an error in %s', (rules) => {
    const tunnel = steppedTunnel({ rules, gateSeconds: 0 }, false);
    tunnel.refuseToRun('/no/ssh: No such file or directory');
    expect(tunnel.states).toEqual(['connecting', 'failed']);
    expect(tunnel.end).toEqual({
      class: 'ssh-not-runnable',
      exitStatus: 1,
      sentence: '/no/ssh: No such file or directory',
    });
  });

  test('ends the tunnel at any start, and also when it should have stopped', () => {
    const tunnel = steppedTunnel({ gateSeconds: 0 }, false);
    tunnel.spawn();
    tunnel.exit(255);
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.refuseToRun();
    expect(tunnel.states).toEqual(['connecting', 'connecting', 'stopping', 'failed']);
    expect(tunnel.end?.class).toBe('ssh-not-runnable');
  });
});
