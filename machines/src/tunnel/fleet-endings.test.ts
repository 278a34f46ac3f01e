import { describe, expect, test } from 'vitest';
import {
  factsOf,
  failWith,
  fleetTunnel,
  proveHealthy,
} from '../../../test/properties/support/fleet-tunnel.ts';
import type { SteppedTunnel } from '../../../test/properties/support/stepped-tunnel.ts';
import type { TunnelEvent } from './types.ts';

/** Brings a tunnel of a fleet into each state that is not final. */
const STATES: readonly [string, (tunnel: SteppedTunnel) => void][] = [
  ['connecting', () => undefined],
  ['probing', (tunnel) => tunnel.ready()],
  ['healthy', proveHealthy],
  ['stopping', (tunnel) => tunnel.send({ type: 'check.failed', reason: 'no page' })],
  ['backoff', (tunnel) => failWith(tunnel, 'auth')],
];

describe.each(STATES)('while %s', (state, bring) => {
  const start = () => {
    const tunnel = fleetTunnel({ lifetimeSeconds: 3600 });
    bring(tunnel);
    expect(tunnel.state).toBe(state);
    return tunnel;
  };
  const isWaiting = state === 'backoff';

  test('a stop wins', () => {
    const tunnel = start();
    tunnel.send({ type: 'tunnel.stop' });
    if (!isWaiting) failWith(tunnel, 'usage');
    expect(tunnel.end).toMatchObject({ class: 'operator-stop', sentence: 'it was told to stop' });
    expect(tunnel.startedAtMs).toHaveLength(1);
    expect(tunnel.clock.pending).toBe(0);
  });

  test('the end of the lifetime ends it, and is no failure', () => {
    const tunnel = start();
    tunnel.send({ type: 'lifetime.over' });
    if (!isWaiting) failWith(tunnel, 'usage');
    expect(tunnel.end).toMatchObject({ class: 'lifetime-over', exitStatus: 0 });
    expect(tunnel.startedAtMs).toHaveLength(1);
  });
});

describe.each(STATES.filter(([state]) => state !== 'backoff'))('news while %s', (_, bring) => {
  test.each<TunnelEvent>([{ type: 'credentials.changed' }, { type: 'host.answered' }])(
    'that is for those who wait does not disturb: $type',
    (event) => {
      const tunnel = fleetTunnel();
      bring(tunnel);
      const { value } = tunnel.actor.getSnapshot();
      tunnel.send(event);
      expect(tunnel.actor.getSnapshot().value).toEqual(value);
    },
  );
});

describe('an ssh that was told to go', () => {
  test.each<TunnelEvent>([
    { type: 'check.failed', reason: 'no page' },
    { type: 'child.ready', atMs: 0 },
    { type: 'forward.refused', failure: { class: 'usage', sentence: 'no such forward' } },
  ])('does not listen to $type: the first reason stands', (event) => {
    const tunnel = fleetTunnel();
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.send(event);
    expect(factsOf(tunnel, 'stop.began')).toMatchObject([{ reason: 'operator-restart' }]);
    tunnel.exit(255);
    expect(tunnel.states).toEqual(['connecting', 'stopping', 'connecting']);
    expect(tunnel.actor.getSnapshot().context.failures.counts).toEqual({});
  });
});

describe('the gate time in a fleet', () => {
  test('makes the first status inside it final, and no later one', () => {
    const tunnel = fleetTunnel({ gateSeconds: 30 });
    tunnel.advance(30_000);
    failWith(tunnel, 'unreachable');
    expect(tunnel.end?.class).toBe('premature-exit');

    const other = fleetTunnel({ gateSeconds: 30 });
    other.advance(30_001);
    failWith(other, 'unreachable', 0);
    other.advance(500);
    failWith(other, 'unreachable');
    expect(other.states).toEqual(['gating', 'connecting', 'backoff', 'connecting', 'backoff']);
  });

  test('is off in all fleets that do not ask for it', () => {
    const tunnel = fleetTunnel();
    failWith(tunnel, 'unreachable');
    expect(tunnel.states).toEqual(['connecting', 'backoff']);
  });
});
