import { describe, expect, test } from 'vitest';
import {
  factsOf,
  failWith,
  fleetTunnel,
  proveHealthy,
  waitsOf,
} from '../../../test/properties/support/fleet-tunnel.ts';
import { reportOf } from '../../../test/properties/support/steps.ts';

const MISSED = { type: 'heartbeat.missed', reason: 'no answer' } as const;

describe('a missed heartbeat counts', () => {
  test('as dropped, if the tunnel was healthy', () => {
    const tunnel = fleetTunnel();
    proveHealthy(tunnel);
    tunnel.advance(5000);
    tunnel.beat(MISSED);
    tunnel.beat(MISSED);
    tunnel.exit(255, { failure: reportOf('usage') });
    expect(tunnel.actor.getSnapshot().context.failures.counts).toEqual({ dropped: 1 });
    expect(tunnel.states.slice(-2)).toEqual(['stopping', 'connecting']);
  });

  test('as throttled, if it never was', () => {
    const tunnel = fleetTunnel();
    tunnel.ready();
    tunnel.beat(MISSED);
    tunnel.beat(MISSED);
    tunnel.exit(255, { failure: reportOf('usage') });
    expect(tunnel.actor.getSnapshot().context.failures.counts).toEqual({ throttled: 1 });
    expect(tunnel.state).toBe('backoff');
  });
});

describe('a forward that is refused', () => {
  test('waits as its failure asks, and not as ssh says of its end', () => {
    const tunnel = fleetTunnel();
    tunnel.ready();
    tunnel.refuseForward(reportOf('remote-port-held'));
    expect(tunnel.states).toEqual(['connecting', 'probing', 'stopping']);
    expect(tunnel.actor.getSnapshot().context.failures.last).toEqual(reportOf('remote-port-held'));
    tunnel.exit(0, { failure: reportOf('unknown'), chance: 1 });
    expect(waitsOf(tunnel)).toEqual([0, 4]);
  });

  test('without a word is not taken for an older failure', () => {
    const tunnel = fleetTunnel();
    failWith(tunnel, 'auth');
    tunnel.send({ type: 'tunnel.retry' });
    tunnel.refuseForward();
    tunnel.exit(0);
    expect(tunnel.actor.getSnapshot().context.failures.counts).toEqual({ auth: 1, unknown: 1 });
  });
});

test('a check that failed counts as dropped, with its own sentence', () => {
  const tunnel = fleetTunnel();
  proveHealthy(tunnel);
  tunnel.send({ type: 'check.failed', reason: 'the page did not come' });
  tunnel.exit(0);
  expect(tunnel.states).toEqual(['connecting', 'probing', 'healthy', 'stopping', 'connecting']);
  const failure = { class: 'dropped', sentence: 'the page did not come' };
  expect(factsOf(tunnel, 'stop.began')).toMatchObject([{ reason: 'check-failed' }]);
  expect(factsOf(tunnel, 'child.ended')).toMatchObject([{ verdict: 'restart', failure }]);
});

describe('a restart that an operator wants', () => {
  test('waits for nothing and counts for nothing', () => {
    const tunnel = fleetTunnel({ restartIntensity: { starts: 1, periodMs: 60_000 } });
    failWith(tunnel, 'throttled', 0);
    tunnel.advance(1000);
    for (let restart = 0; restart < 9; restart += 1) {
      tunnel.send({ type: 'tunnel.restart' });
      tunnel.exit(255, { failure: reportOf('usage') });
    }
    expect(tunnel.startedAtMs).toHaveLength(11);
    expect(tunnel.clock.now()).toBe(1000);
    const { counts, recentRestartsMs } = tunnel.actor.getSnapshot().context.failures;
    expect([counts, recentRestartsMs]).toEqual([{ throttled: 1 }, [0]]);
    expect(factsOf(tunnel, 'child.ended')).toHaveLength(1);
  });

  test('is not told to wait for an older failure', () => {
    const tunnel = fleetTunnel();
    failWith(tunnel, 'throttled', 0);
    tunnel.advance(1000);
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.exit(255);
    const told = factsOf(tunnel, 'backoff.began').at(-1);
    expect(told).toEqual({ type: 'backoff.began', tries: 2, graceSeconds: 0 });
  });
});
