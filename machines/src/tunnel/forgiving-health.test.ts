import { describe, expect, test } from 'vitest';
import {
  failWith,
  fleetTunnel,
  keepAnswering,
  proveHealthy,
} from '../../../test/properties/support/fleet-tunnel.ts';

describe('failures are forgotten', () => {
  /** Fails three times, is healthy for so long, and is dropped; gives the number of that drop. */
  function dropsAfter(healthyMs: number): number | undefined {
    const tunnel = fleetTunnel();
    for (let drop = 0; drop < 3; drop += 1) {
      failWith(tunnel, 'dropped');
      tunnel.advance(5000);
    }
    proveHealthy(tunnel);
    keepAnswering(tunnel, healthyMs - (healthyMs % 5000));
    tunnel.advance(healthyMs % 5000);
    if (healthyMs % 5000 > 0) {
      tunnel.send({ type: 'network.changed' });
      tunnel.answer();
    }
    tunnel.advance(4000);
    failWith(tunnel, 'dropped');
    return tunnel.actor.getSnapshot().context.failures.counts.dropped;
  }

  test('after 60 s between the first answer and the last', () => {
    expect(dropsAfter(60_000)).toBe(1);
  });

  test('not after 59.999 s, even if ssh lived on for some time', () => {
    expect(dropsAfter(59_999)).toBe(4);
  });

  test('not by a long life without an answer', () => {
    const tunnel = fleetTunnel();
    failWith(tunnel, 'unreachable');
    tunnel.advance(1000);
    tunnel.advance(59_000);
    failWith(tunnel, 'unreachable');
    expect(tunnel.actor.getSnapshot().context.failures.counts).toEqual({ unreachable: 2 });
  });

  test('by each ssh for itself: health is not added up', () => {
    const tunnel = fleetTunnel();
    for (let drop = 1; drop < 4; drop += 1) {
      proveHealthy(tunnel);
      keepAnswering(tunnel, 55_000);
      failWith(tunnel, 'dropped');
      tunnel.advance(5000);
      expect(tunnel.actor.getSnapshot().context.failures.counts).toEqual({ dropped: drop });
    }
  });

  test('without a heartbeat after 60 s since the login', () => {
    const tunnel = fleetTunnel({ hasHeartbeat: false });
    failWith(tunnel, 'dropped');
    tunnel.advance(3000);
    tunnel.ready();
    tunnel.advance(59_999);
    failWith(tunnel, 'dropped');
    expect(tunnel.actor.getSnapshot().context.failures.counts).toEqual({ dropped: 2 });
    tunnel.advance(5000);
    tunnel.ready();
    tunnel.advance(60_000);
    failWith(tunnel, 'dropped');
    expect(tunnel.actor.getSnapshot().context.failures.counts).toEqual({ dropped: 1 });
  });

  test('after a long life also of an ssh that could no longer be asked', () => {
    const tunnel = fleetTunnel();
    failWith(tunnel, 'dropped');
    proveHealthy(tunnel);
    tunnel.beat({ type: 'heartbeat.impossible', reason: 'no such channel' });
    tunnel.advance(60_000);
    failWith(tunnel, 'dropped');
    expect(tunnel.actor.getSnapshot().context.failures.counts).toEqual({ dropped: 1 });
  });
});
