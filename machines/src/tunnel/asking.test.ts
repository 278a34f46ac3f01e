import { describe, expect, test } from 'vitest';
import {
  factsOf,
  failWith,
  fleetTunnel,
  proveHealthy,
} from '../../../test/properties/support/fleet-tunnel.ts';
import type { SteppedTunnel } from '../../../test/properties/support/stepped-tunnel.ts';
import type { TunnelEvent, TunnelInput } from './types.ts';

const GRANTED = { type: 'start.granted' } as const;

function askingTunnel(input: TunnelInput = {}): SteppedTunnel {
  return fleetTunnel({ asksBeforeStart: true, ...input });
}

function isAsking({ actor }: SteppedTunnel): boolean {
  return actor.getSnapshot().matches({ backoff: 'asking' });
}

describe('a tunnel that has to ask', () => {
  test('starts nothing until it is granted, however long that takes', () => {
    const tunnel = askingTunnel();
    expect(tunnel.emitted).toEqual([
      { type: 'backoff.began', tries: 0, graceSeconds: 0 },
      { type: 'start.asked' },
    ]);
    tunnel.advance(1_000_000_000);
    expect(isAsking(tunnel)).toBe(true);
    expect(tunnel.holes).toEqual([]);
    tunnel.send(GRANTED);
    expect(tunnel.states).toEqual(['backoff', 'connecting']);
    expect(tunnel.startedAtMs).toEqual([1_000_000_000]);
  });

  test('asks once for each start, when the wait is over', () => {
    const tunnel = askingTunnel();
    tunnel.send(GRANTED);
    failWith(tunnel, 'throttled', 1);
    tunnel.advance(1999);
    expect(factsOf(tunnel, 'start.asked')).toHaveLength(1);
    tunnel.advance(1);
    expect(isAsking(tunnel)).toBe(true);
    tunnel.advance(60_000);
    expect(factsOf(tunnel, 'start.asked')).toHaveLength(2);
    tunnel.send(GRANTED);
    expect(tunnel.startedAtMs).toEqual([0, 62_000]);
  });

  test('does not ask for a start beyond the maximum', () => {
    const tunnel = askingTunnel({ maxStarts: 1 });
    tunnel.send(GRANTED);
    failWith(tunnel, 'unreachable');
    expect(tunnel.end?.class).toBe('starts-used-up');
    expect(factsOf(tunnel, 'start.asked')).toHaveLength(1);
  });

  test.each(['tunnel.retry', 'tunnel.restart', 'network.changed', 'host.answered'] as const)(
    'asks at once after %s while it waits, and does not jump the queue',
    (type) => {
      const tunnel = askingTunnel();
      tunnel.send(GRANTED);
      failWith(tunnel, 'throttled');
      tunnel.send({ type });
      expect(isAsking(tunnel)).toBe(true);
      expect(tunnel.emitted.at(-1)).toEqual({ type: 'start.asked' });
      expect(tunnel.startedAtMs).toHaveLength(1);
      tunnel.send(GRANTED);
      expect(tunnel.startedAtMs).toHaveLength(2);
    },
  );

  test('asks also after a restart that an operator wanted, and after a drop that need not wait', () => {
    const tunnel = askingTunnel();
    tunnel.send(GRANTED);
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.exit(255);
    expect(isAsking(tunnel)).toBe(true);
    tunnel.send(GRANTED);
    failWith(tunnel, 'dropped');
    expect(isAsking(tunnel)).toBe(true);
    expect(tunnel.startedAtMs).toHaveLength(2);
  });

  test.each<TunnelEvent>([
    { type: 'tunnel.retry' },
    { type: 'tunnel.restart' },
    { type: 'tunnel.probe' },
    { type: 'network.changed' },
    { type: 'host.answered' },
    { type: 'credentials.changed' },
    { type: 'check.failed', reason: 'no page' },
    { type: 'child.exited', status: 255, signal: null, atMs: 0 },
    { type: 'child.ready', atMs: 0 },
    { type: 'heartbeat.answered', atMs: 0 },
  ])('is not disturbed by $type while it asks', (event) => {
    const tunnel = askingTunnel();
    tunnel.send(event);
    expect(isAsking(tunnel)).toBe(true);
    expect(tunnel.startedAtMs).toEqual([]);
    expect(factsOf(tunnel, 'start.asked')).toHaveLength(1);
  });

  test('stops at once while it asks', () => {
    const tunnel = askingTunnel();
    tunnel.send({ type: 'tunnel.stop' });
    tunnel.send(GRANTED);
    expect(tunnel.states).toEqual(['backoff', 'stopped']);
    expect(tunnel.holes).toEqual([]);
    expect(tunnel.clock.pending).toBe(0);
  });

  test('ends with its lifetime while it asks', () => {
    const tunnel = askingTunnel({ lifetimeSeconds: 60 });
    tunnel.advance(60_000);
    expect(tunnel.end).toMatchObject({ class: 'lifetime-over', exitStatus: 0 });
    expect(tunnel.holes).toEqual([]);
  });
});

describe('a grant that nobody asked for', () => {
  const granted: readonly [string, (tunnel: SteppedTunnel) => void][] = [
    ['waiting', (tunnel) => failWith(tunnel, 'throttled')],
    ['connecting', () => undefined],
    ['probing', (tunnel) => tunnel.ready()],
    ['healthy', proveHealthy],
    ['stopping', (tunnel) => tunnel.send({ type: 'tunnel.restart' })],
  ];

  test.each(granted)('does nothing while %s, and is not kept', (_, bring) => {
    const tunnel = askingTunnel();
    tunnel.send(GRANTED);
    bring(tunnel);
    const { value } = tunnel.actor.getSnapshot();
    const told = tunnel.emitted.length;
    tunnel.send(GRANTED);
    expect(tunnel.actor.getSnapshot().value).toEqual(value);
    expect(tunnel.emitted).toHaveLength(told);
    expect(tunnel.startedAtMs).toHaveLength(1);

    if (tunnel.state !== 'backoff') failWith(tunnel, 'throttled');
    tunnel.advance(60_000);
    expect(isAsking(tunnel)).toBe(true);
  });
});

test('a tunnel that need not ask never does', () => {
  const tunnel = fleetTunnel();
  failWith(tunnel, 'throttled', 0);
  tunnel.advance(1000);
  expect(tunnel.startedAtMs).toEqual([0, 1000]);
  expect(factsOf(tunnel, 'start.asked')).toEqual([]);
});
