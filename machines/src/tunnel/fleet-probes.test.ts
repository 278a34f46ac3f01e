import { describe, expect, test } from 'vitest';
import {
  factsOf,
  failWith,
  fleetTunnel,
  proveHealthy,
} from '../../../test/properties/support/fleet-tunnel.ts';
import type { SteppedTunnel } from '../../../test/properties/support/stepped-tunnel.ts';

const MISSED = { type: 'heartbeat.missed', reason: 'no answer' } as const;
const IMPOSSIBLE = { type: 'heartbeat.impossible', reason: 'no such channel' } as const;

describe('an ssh that has logged in', () => {
  test('is probed at once, long before the first poll time', () => {
    const tunnel = fleetTunnel();
    tunnel.advance(700);
    tunnel.ready();
    expect(tunnel.states).toEqual(['connecting', 'probing']);
    expect(tunnel.emitted.slice(-2)).toEqual([{ type: 'child.ready' }, { type: 'probe.began' }]);
    tunnel.answer();
    expect(tunnel.state).toBe('healthy');
  });

  test('is probed at the first poll time, if it never says so', () => {
    const tunnel = fleetTunnel();
    tunnel.advance(59_999);
    expect(tunnel.state).toBe('connecting');
    tunnel.advance(1);
    expect(tunnel.state).toBe('probing');
  });

  test('is healthy without a heartbeat, and that is told once', () => {
    const tunnel = fleetTunnel({ hasHeartbeat: false });
    tunnel.advance(700);
    tunnel.ready();
    tunnel.ready();
    tunnel.advance(600_000);
    expect(tunnel.states).toEqual(['connecting', 'healthy']);
    expect(tunnel.emitted.slice(-2)).toEqual([
      { type: 'child.ready' },
      { type: 'tunnel.proved', pid: 1001, isBelieved: true },
    ]);
    expect(tunnel.actor.getSnapshot().context).toMatchObject({
      provedAtMs: 700,
      answeredAtMs: null,
    });
  });

  test('is believed without a heartbeat after 10 s, if it never says so', () => {
    const tunnel = fleetTunnel({ hasHeartbeat: false });
    tunnel.advance(10_000);
    expect(tunnel.states).toEqual(['connecting', 'healthy']);
    expect(factsOf(tunnel, 'tunnel.proved')).toHaveLength(1);
    expect(tunnel.actor.getSnapshot().context.provedAtMs).toBe(10_000);
  });

  test.each([true, false])(
    'is neither asked nor believed before it says so, where it always does (heartbeat: %s)',
    (hasHeartbeat) => {
      const tunnel = fleetTunnel({ hasHeartbeat, tellsReady: true });
      tunnel.advance(59_999);
      expect([tunnel.states, tunnel.probes]).toEqual([['connecting'], 0]);
      tunnel.ready();
      expect(tunnel.states).toEqual(['connecting', hasHeartbeat ? 'probing' : 'healthy']);
      expect(factsOf(tunnel, 'stop.began')).toEqual([]);
    },
  );

  test.each([true, false])(
    'has until its first poll time to do so, and is started again after (heartbeat: %s)',
    (hasHeartbeat) => {
      const tunnel = fleetTunnel({ hasHeartbeat, tellsReady: true });
      tunnel.advance(60_000);
      expect(tunnel.states).toEqual(['connecting', 'stopping']);
      tunnel.ready();
      tunnel.exit('SIGTERM');
      tunnel.advance(60_000);
      tunnel.advance(60_000);
      expect(tunnel.states.slice(0, 5)).toEqual([
        'connecting',
        'stopping',
        'backoff',
        'connecting',
        'stopping',
      ]);
      expect(factsOf(tunnel, 'stop.began').map(({ reason }) => reason)).toEqual([
        'login-timed-out',
        'login-timed-out',
      ]);
      expect(factsOf(tunnel, 'child.ended')).toMatchObject([
        {
          stopReason: 'login-timed-out',
          failure: { class: 'throttled', sentence: 'ssh did not log in within 60 s' },
        },
      ]);
      expect([tunnel.probes, factsOf(tunnel, 'tunnel.proved')]).toEqual([0, []]);
    },
  );

  test('has no longer for its login because its heartbeat is impossible', () => {
    const tunnel = fleetTunnel({ tellsReady: true });
    tunnel.advance(59_999);
    tunnel.beat(IMPOSSIBLE);
    expect(factsOf(tunnel, 'probe.impossible')).toHaveLength(1);
    tunnel.advance(1);
    expect(tunnel.states).toEqual(['connecting', 'stopping']);
  });

  test('is believed after an impossible heartbeat, also if it always tells of its login', () => {
    const tunnel = fleetTunnel({ tellsReady: true });
    tunnel.ready();
    tunnel.beat(IMPOSSIBLE);
    tunnel.advance(10_000);
    expect(tunnel.states).toEqual(['connecting', 'probing', 'connecting', 'healthy']);
  });

  test('may be younger than the gate time', () => {
    const tunnel = fleetTunnel({ gateSeconds: 30 });
    tunnel.ready();
    expect(tunnel.states).toEqual(['gating', 'probing']);
  });

  test.each<[string, (tunnel: SteppedTunnel) => void]>([
    ['healthy', proveHealthy],
    ['probing', (tunnel) => tunnel.ready()],
    ['stopping', (tunnel) => tunnel.send({ type: 'tunnel.restart' })],
  ])('changes nothing while %s', (state, bring) => {
    const tunnel = fleetTunnel();
    bring(tunnel);
    const told = tunnel.emitted.length;
    tunnel.ready();
    expect(tunnel.state).toBe(state);
    expect(tunnel.emitted).toHaveLength(told);
  });
});

describe('a probe', () => {
  test('may take as long as the round trips before it let expect', () => {
    const tunnel = fleetTunnel({ missesAllowed: 9 });
    tunnel.ready();
    tunnel.answer(400);
    tunnel.advance(5000);
    tunnel.answer(590);
    tunnel.advance(5000);
    tunnel.beat(MISSED);
    tunnel.beat(MISSED);
    tunnel.beat(MISSED);
    tunnel.beat(MISSED);
    // 3 s; 400 + 4 x 200; then 423.75 + 4 x 197.5, doubled with each miss, at least 4 s and 8 s, to 15 s.
    expect(tunnel.probeTimeoutsMs).toEqual([3000, 1200, 1214, 4000, 8000, 15_000, 15_000]);
  });

  test('finds a quick line that froze right after blips as soon', () => {
    const tunnel = fleetTunnel();
    proveHealthy(tunnel);
    for (const roundTripMs of [3100, 700]) {
      tunnel.advance(5000);
      tunnel.beat(MISSED);
      tunnel.answer(roundTripMs);
    }
    tunnel.advance(5000);
    tunnel.beat(MISSED);
    expect(tunnel.probeTimeoutsMs.slice(-2)).toEqual([1000, 4000]);
  });

  test('finds a quick line that froze dead after 5 + 1 + 4 s', () => {
    const tunnel = fleetTunnel();
    proveHealthy(tunnel);
    tunnel.advance(5000);
    for (let miss = 0; miss < 2; miss += 1) {
      tunnel.advance(tunnel.probeTimeoutsMs.at(-1)!);
      tunnel.beat(MISSED);
    }
    expect(tunnel.state).toBe('stopping');
    expect(tunnel.clock.now()).toBe(10_000);
  });

  test('has its usual time again after an answer', () => {
    const tunnel = fleetTunnel();
    tunnel.ready();
    tunnel.answer(1000);
    tunnel.advance(5000);
    tunnel.beat(MISSED);
    tunnel.answer(1000);
    tunnel.advance(5000);
    expect(tunnel.probeTimeoutsMs).toEqual([3000, 3000, 6000, 2500]);
  });

  test('starts from 3 s again with each ssh: another line may have another round trip', () => {
    const tunnel = fleetTunnel();
    tunnel.ready();
    tunnel.answer(4000);
    failWith(tunnel, 'dropped');
    expect(tunnel.actor.getSnapshot().context).toMatchObject({
      roundTrip: null,
      provedAtMs: null,
      answeredAtMs: null,
      misses: 0,
    });
    tunnel.ready();
    expect(tunnel.probeTimeoutsMs).toEqual([3000, 3000]);
  });

  test('has no time-out under the rules of autossh: the heartbeat knows', () => {
    const tunnel = fleetTunnel({ rules: 'classic', missesAllowed: 3 });
    tunnel.ready();
    tunnel.beat(MISSED);
    expect(tunnel.probeTimeoutsMs).toEqual([undefined, undefined]);
  });
});

describe('the proof', () => {
  test('is told once for each ssh', () => {
    const tunnel = fleetTunnel();
    proveHealthy(tunnel);
    tunnel.advance(5000);
    tunnel.answer();
    expect(tunnel.actor.getSnapshot().context).toMatchObject({ provedAtMs: 0, answeredAtMs: 5000 });
    failWith(tunnel, 'dropped');
    proveHealthy(tunnel);
    expect(factsOf(tunnel, 'tunnel.proved')).toEqual([
      { type: 'tunnel.proved', pid: 1001 },
      { type: 'tunnel.proved', pid: 1002 },
    ]);
  });
});

describe('a heartbeat that is impossible', () => {
  test('may be possible with the next ssh of a fleet', () => {
    const tunnel = fleetTunnel();
    tunnel.ready();
    tunnel.beat(IMPOSSIBLE);
    tunnel.advance(600_000);
    expect(tunnel.states).toEqual(['connecting', 'probing', 'connecting', 'healthy']);
    failWith(tunnel, 'dropped');
    proveHealthy(tunnel);
    expect(tunnel.states.slice(4)).toEqual(['connecting', 'probing', 'healthy']);
    expect(tunnel.holes).toEqual(['start 1', 'probe 1', 'gone 1', 'start 2', 'probe 2']);
  });

  test('is given up for one ssh under the rules of autossh, too', () => {
    const tunnel = fleetTunnel({ rules: 'classic' });
    tunnel.ready();
    tunnel.beat(IMPOSSIBLE);
    tunnel.exit(255);
    tunnel.ready();
    tunnel.advance(600_000);
    expect(tunnel.holes.slice(0, 5)).toEqual([
      'start 1',
      'probe 1',
      'gone 1',
      'start 2',
      'probe 2',
    ]);
  });

  test('does not prove a second time what was proved', () => {
    const tunnel = fleetTunnel();
    proveHealthy(tunnel);
    tunnel.beat(IMPOSSIBLE);
    tunnel.advance(60_000);
    expect(tunnel.states.slice(-2)).toEqual(['connecting', 'healthy']);
    expect(factsOf(tunnel, 'tunnel.proved')).toHaveLength(1);
    expect(tunnel.actor.getSnapshot().context.provedAtMs).toBe(0);
  });

  test('does not make a second login the proof', () => {
    const tunnel = fleetTunnel();
    proveHealthy(tunnel);
    tunnel.beat(IMPOSSIBLE);
    tunnel.advance(700);
    tunnel.ready();
    expect(tunnel.state).toBe('healthy');
    expect(factsOf(tunnel, 'tunnel.proved')).toHaveLength(1);
    expect(tunnel.actor.getSnapshot().context.provedAtMs).toBe(0);
  });

  test('makes the login the proof', () => {
    const tunnel = fleetTunnel();
    tunnel.beat(IMPOSSIBLE);
    tunnel.advance(700);
    tunnel.ready();
    expect(tunnel.states).toEqual(['connecting', 'healthy']);
    expect(tunnel.actor.getSnapshot().context.provedAtMs).toBe(700);
  });
});
