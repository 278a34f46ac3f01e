import { describe, expect, test } from 'vitest';
import { steppedTunnel } from '../../../test/properties/support/stepped-tunnel.ts';
import type { TunnelInput } from './types.ts';

const INPUT: TunnelInput = { gateSeconds: 0, termGraceSeconds: 5, killGraceSeconds: 2 };

describe('ssh that was told to go', () => {
  test('has the TERM grace time, and then gets SIGKILL', () => {
    const tunnel = steppedTunnel(INPUT);
    tunnel.send({ type: 'tunnel.stop' });
    expect(tunnel.holes).toEqual(['start 1', 'SIGTERM 1']);
    tunnel.advance(4999);
    expect(tunnel.holes).toEqual(['start 1', 'SIGTERM 1']);
    tunnel.advance(1);
    expect(tunnel.holes).toEqual(['start 1', 'SIGTERM 1', 'SIGKILL 1']);
    expect(tunnel.emitted.at(-1)).toEqual({ type: 'child.killed', pid: 1001 });
    tunnel.exit('SIGKILL');
    expect(tunnel.states).toEqual(['connecting', 'stopping', 'stopped']);
  });

  test('is abandoned when it outlives the KILL grace time too, and the tunnel has failed', () => {
    const tunnel = steppedTunnel(INPUT);
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.advance(6999);
    expect(tunnel.states).toEqual(['connecting', 'stopping']);
    tunnel.advance(1);
    expect(tunnel.states).toEqual(['connecting', 'stopping', 'failed']);
    expect(tunnel.holes).toEqual(['start 1', 'SIGTERM 1', 'SIGKILL 1', 'gone 1']);
    expect(tunnel.emitted.slice(-2)).toEqual([
      { type: 'child.abandoned', pid: 1001 },
      { type: 'tunnel.ended', end: tunnel.end },
    ]);
    expect(tunnel.end).toEqual({
      class: 'ssh-unstoppable',
      exitStatus: 1,
      sentence: 'ssh (pid 1001) did not end after SIGKILL and was left behind',
    });
  });

  test('gets SIGKILL at once when the stop is repeated', () => {
    const tunnel = steppedTunnel(INPUT);
    tunnel.send({ type: 'tunnel.stop' });
    tunnel.advance(1000);
    tunnel.send({ type: 'tunnel.stop' });
    expect(tunnel.holes).toEqual(['start 1', 'SIGTERM 1', 'SIGKILL 1']);
    tunnel.send({ type: 'tunnel.stop' });
    tunnel.advance(1999);
    expect(tunnel.states).toEqual(['connecting', 'stopping']);
    tunnel.advance(1);
    expect(tunnel.states).toEqual(['connecting', 'stopping', 'failed']);
    expect(tunnel.holes).toEqual(['start 1', 'SIGTERM 1', 'SIGKILL 1', 'gone 1']);
  });

  test('is told so also before it was spawned', () => {
    const tunnel = steppedTunnel(INPUT, false);
    tunnel.send({ type: 'tunnel.stop' });
    tunnel.spawn();
    tunnel.exit('SIGTERM');
    expect(tunnel.states).toEqual(['connecting', 'stopping', 'stopped']);
    expect(tunnel.holes).toEqual(['start 1', 'SIGTERM 1', 'gone 1']);
  });

  test.each([
    { type: 'tunnel.restart' },
    { type: 'tunnel.retry' },
    { type: 'tunnel.probe' },
    { type: 'network.changed' },
    { type: 'forward.refused', port: 1 },
    { type: 'heartbeat.answered' },
    { type: 'heartbeat.missed', reason: 'late' },
    { type: 'heartbeat.impossible', reason: 'no' },
    { type: 'lifetime.over' },
  ] as const)('by a stop does not listen to $type', (event) => {
    const tunnel = steppedTunnel({ ...INPUT, hasHeartbeat: true });
    tunnel.send({ type: 'tunnel.stop' });
    tunnel.advance(4000);
    tunnel.send(event);
    expect(tunnel.holes).toEqual(['start 1', 'SIGTERM 1']);
    expect(tunnel.emitted.filter(({ type }) => type === 'stop.began')).toHaveLength(1);

    tunnel.advance(1000);
    tunnel.send(event);
    expect(tunnel.holes).toEqual(['start 1', 'SIGTERM 1', 'SIGKILL 1']);
    tunnel.exit(255);
    expect(tunnel.states).toEqual(['connecting', 'stopping', 'stopped']);
    expect(tunnel.end?.class).toBe('operator-stop');
  });
});

describe('the first reason stands, but a stop and the end of the lifetime outrank a restart', () => {
  test('a stop after a restart', () => {
    const tunnel = steppedTunnel(INPUT);
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.send({ type: 'tunnel.stop' });
    expect(tunnel.holes).toEqual(['start 1', 'SIGTERM 1']);
    tunnel.exit(255);
    expect(tunnel.states).toEqual(['connecting', 'stopping', 'stopped']);
    expect(tunnel.end?.class).toBe('operator-stop');
  });

  test('a stop after a restart, when SIGKILL was sent', () => {
    const tunnel = steppedTunnel(INPUT);
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.advance(5000);
    tunnel.send({ type: 'tunnel.stop' });
    tunnel.exit('SIGKILL');
    expect(tunnel.end?.class).toBe('operator-stop');
  });

  test('two stops after a restart', () => {
    const tunnel = steppedTunnel(INPUT);
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.send({ type: 'tunnel.stop' });
    tunnel.send({ type: 'tunnel.stop' });
    expect(tunnel.holes).toEqual(['start 1', 'SIGTERM 1', 'SIGKILL 1']);
  });

  test('the end of the lifetime after a restart', () => {
    const tunnel = steppedTunnel({ ...INPUT, lifetimeSeconds: 10 });
    tunnel.advance(8000);
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.advance(2000);
    tunnel.exit(0);
    expect(tunnel.states).toEqual(['connecting', 'stopping', 'stopped']);
    expect(tunnel.end).toMatchObject({ class: 'lifetime-over', exitStatus: 0 });
  });

  test('a stop after the end of the lifetime', () => {
    const tunnel = steppedTunnel({ ...INPUT, lifetimeSeconds: 5 });
    tunnel.advance(5000);
    tunnel.send({ type: 'tunnel.stop' });
    expect(tunnel.holes).toEqual(['start 1', 'SIGTERM 1']);
    tunnel.exit(0);
    expect(tunnel.end).toMatchObject({ class: 'operator-stop', exitStatus: 1 });
  });

  test('the end of the lifetime after a stop: neither the reason nor the time changes', () => {
    const tunnel = steppedTunnel({ ...INPUT, lifetimeSeconds: 5 });
    tunnel.advance(4000);
    tunnel.send({ type: 'tunnel.stop' });
    tunnel.advance(4999);
    expect(tunnel.holes).toEqual(['start 1', 'SIGTERM 1']);
    tunnel.advance(1);
    expect(tunnel.holes).toEqual(['start 1', 'SIGTERM 1', 'SIGKILL 1']);
    tunnel.exit('SIGKILL');
    expect(tunnel.end).toMatchObject({ class: 'operator-stop', exitStatus: 1 });
  });
});
