import { describe, expect, test } from 'vitest';
import {
  factsOf,
  fleetTunnel,
  proveHealthy,
} from '../../../test/properties/support/fleet-tunnel.ts';
import { steppedTunnel } from '../../../test/properties/support/stepped-tunnel.ts';

const UNSENT = { type: 'heartbeat.unsent', reason: 'too many open files' } as const;
const MISSED = { type: 'heartbeat.missed', reason: 'no answer' } as const;

describe('a probe that never left this machine', () => {
  test('leaves a healthy tunnel healthy, for as long as it takes', () => {
    const tunnel = fleetTunnel();
    proveHealthy(tunnel);
    for (let times = 0; times < 1000; times += 1) {
      tunnel.advance(5000);
      expect(tunnel.state).toBe('probing');
      tunnel.beat(UNSENT);
      expect(tunnel.state).toBe('healthy');
    }
    expect(tunnel.actor.getSnapshot().context).toMatchObject({
      starts: 1,
      misses: 0,
      answeredAtMs: 0,
    });
  });

  test('is told once, and once more when it passes', () => {
    const tunnel = fleetTunnel();
    proveHealthy(tunnel);
    for (let times = 0; times < 3; times += 1) {
      tunnel.advance(5000);
      tunnel.beat(UNSENT);
    }
    tunnel.advance(5000);
    tunnel.answer();
    tunnel.advance(5000);
    tunnel.answer();
    expect(factsOf(tunnel, 'probe.unsent')).toEqual([
      { type: 'probe.unsent', reason: UNSENT.reason },
    ]);
    expect(factsOf(tunnel, 'probe.sent')).toHaveLength(1);
    expect(tunnel.actor.getSnapshot().context.unsent).toBeNull();
  });

  test('proves nothing of an ssh that is not proved yet, and is repeated soon', () => {
    const tunnel = fleetTunnel({ gateSeconds: 30 });
    tunnel.ready();
    tunnel.beat(UNSENT);
    expect(tunnel.states).toEqual(['gating', 'probing', 'connecting']);
    expect(factsOf(tunnel, 'tunnel.proved')).toEqual([]);
    tunnel.advance(4999);
    expect(tunnel.state).toBe('connecting');
    tunnel.advance(1);
    tunnel.answer();
    expect(tunnel.states).toEqual(['gating', 'probing', 'connecting', 'probing', 'healthy']);
  });

  test('counts neither as a miss nor as an answer', () => {
    const tunnel = fleetTunnel();
    proveHealthy(tunnel);
    tunnel.advance(5000);
    tunnel.beat(MISSED);
    tunnel.beat(UNSENT);
    expect(tunnel.actor.getSnapshot().context).toMatchObject({ misses: 1, unsent: UNSENT.reason });
    tunnel.advance(5000);
    tunnel.beat(MISSED);
    expect(tunnel.state).toBe('stopping');
    expect(factsOf(tunnel, 'probe.sent')).toHaveLength(1);
  });

  test('is repeated within 5 s, also where probes are rare', () => {
    const tunnel = steppedTunnel({ gateSeconds: 0, pollSeconds: 600, hasHeartbeat: true });
    tunnel.advance(600_000);
    tunnel.answer();
    tunnel.advance(600_000);
    tunnel.beat(UNSENT);
    tunnel.advance(5000);
    expect(tunnel.states).toEqual([
      'connecting',
      'probing',
      'healthy',
      'probing',
      'healthy',
      'probing',
    ]);
  });

  test('is nothing to an ssh that goes, and forgotten with it', () => {
    const tunnel = fleetTunnel();
    proveHealthy(tunnel);
    tunnel.advance(5000);
    tunnel.beat(UNSENT);
    tunnel.advance(5000);
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.beat(UNSENT);
    expect(tunnel.state).toBe('stopping');
    tunnel.exit(0);
    expect(tunnel.actor.getSnapshot().context).toMatchObject({ starts: 2, unsent: null });
  });
});
