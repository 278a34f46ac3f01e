import { expect, test } from 'vitest';
import {
  failWith,
  fleetTunnel,
  proveHealthy,
} from '../../../test/properties/support/fleet-tunnel.ts';
import { reportOf } from '../../../test/properties/support/steps.ts';
import { NO_FAILURES } from './failures.ts';

const MISSED = { type: 'heartbeat.missed', reason: 'no answer' } as const;
const LOST = { status: 255, signal: null };

test('a day of a tunnel in a fleet is told by its states, its facts and its commands', () => {
  const tunnel = fleetTunnel({ name: 'db', asksBeforeStart: true });
  tunnel.send({ type: 'start.granted' });
  failWith(tunnel, 'unreachable', 1);
  tunnel.advance(1000);
  tunnel.send({ type: 'start.granted' });
  tunnel.advance(300);
  proveHealthy(tunnel);
  tunnel.advance(5000);
  tunnel.beat(MISSED);
  tunnel.beat(MISSED);
  tunnel.exit('SIGTERM');
  tunnel.send({ type: 'start.granted' });
  tunnel.send({ type: 'tunnel.stop' });
  tunnel.exit(255);

  expect(tunnel.states).toEqual([
    'backoff',
    'connecting',
    'backoff',
    'connecting',
    'probing',
    'healthy',
    'probing',
    'stopping',
    'backoff',
    'connecting',
    'stopping',
    'stopped',
  ]);
  expect(tunnel.holes).toEqual([
    'start 1',
    'gone 1',
    'start 2',
    'probe 2',
    'probe 2',
    'probe 2',
    'SIGTERM 2',
    'gone 2',
    'start 3',
    'SIGTERM 3',
    'gone 3',
  ]);
  expect(tunnel.startedAtMs).toEqual([0, 1000, 6300]);
  expect(tunnel.probeTimeoutsMs).toEqual([3000, 1000, 4000]);

  const silent = { class: 'dropped', sentence: 'the server did not answer for 5 s' };
  expect(tunnel.emitted).toEqual([
    { type: 'backoff.began', tries: 0, graceSeconds: 0 },
    { type: 'start.asked' },
    { type: 'start.began', start: 1, maxStarts: -1 },
    { type: 'start.succeeded', pid: 1001, firstPollSeconds: 60 },
    {
      type: 'child.ended',
      exit: LOST,
      verdict: 'restart',
      premature: false,
      failure: reportOf('unreachable'),
    },
    {
      type: 'backoff.began',
      tries: 1,
      graceSeconds: 1,
      failure: reportOf('unreachable'),
      verdict: 'retry',
    },
    { type: 'start.asked' },
    { type: 'start.began', start: 2, maxStarts: -1 },
    { type: 'start.succeeded', pid: 1002, firstPollSeconds: 60 },
    { type: 'child.ready' },
    { type: 'probe.began' },
    { type: 'tunnel.proved', pid: 1002 },
    { type: 'probe.answered', pid: 1002, pollSeconds: 5 },
    { type: 'probe.began' },
    { type: 'probe.missed', reason: 'no answer' },
    { type: 'probe.began' },
    { type: 'probe.missed', reason: 'no answer' },
    { type: 'stop.began', reason: 'heartbeat-missed', pid: 1002, signal: null },
    {
      type: 'child.ended',
      exit: { status: null, signal: 'SIGTERM' },
      verdict: 'restart',
      premature: false,
      failure: silent,
      stopReason: 'heartbeat-missed',
    },
    { type: 'backoff.began', tries: 2, graceSeconds: 0, failure: silent, verdict: 'retry' },
    { type: 'start.asked' },
    { type: 'start.began', start: 3, maxStarts: -1 },
    { type: 'start.succeeded', pid: 1003, firstPollSeconds: 60 },
    { type: 'stop.began', reason: 'operator-stop', pid: 1003, signal: null },
    { type: 'tunnel.ended', end: tunnel.end },
  ]);
  expect(tunnel.end).toEqual({
    class: 'operator-stop',
    exitStatus: 1,
    sentence: 'it was told to stop',
  });
});

test('the context of a tunnel in a fleet is plain data in every state', () => {
  const restartIntensity = { starts: 9, periodMs: 60_000 };
  const tunnel = fleetTunnel({ restartIntensity, asksBeforeStart: true });
  const contexts: unknown[] = [];
  tunnel.actor.subscribe(({ context }) => contexts.push(context));
  tunnel.send({ type: 'start.granted' });
  proveHealthy(tunnel);
  tunnel.send({ type: 'check.failed', reason: 'no page' });
  tunnel.exit(0);
  tunnel.send({ type: 'start.granted' });
  failWith(tunnel, 'throttled', 1);
  tunnel.advance(2000);
  tunnel.send({ type: 'start.granted' });
  failWith(tunnel, 'usage');

  expect(tunnel.states).toEqual([
    'backoff',
    'connecting',
    'probing',
    'healthy',
    'stopping',
    'backoff',
    'connecting',
    'backoff',
    'connecting',
    'failed',
  ]);
  for (const context of contexts) {
    expect(structuredClone(context)).toEqual(context);
    expect(JSON.parse(JSON.stringify(context))).toEqual(context);
  }
});

test('nothing of a fleet is told of a tunnel under the rules of autossh', () => {
  const tunnel = fleetTunnel({
    rules: 'classic',
    restartIntensity: { starts: 0, periodMs: 60_000 },
  });
  tunnel.advance(60_000);
  tunnel.answer();
  failWith(tunnel, 'usage');
  tunnel.send({ type: 'check.failed', reason: 'no page' });
  tunnel.exit(255);
  tunnel.refuseForward(reportOf('remote-port-held'));
  tunnel.exit(255);

  expect(tunnel.states).toEqual([
    'connecting',
    'probing',
    'healthy',
    'connecting',
    'stopping',
    'connecting',
    'stopping',
    'connecting',
  ]);
  const told = tunnel.emitted.map(({ type }) => type);
  expect(told).not.toContain('tunnel.proved');
  expect(tunnel.emitted.filter((fact) => 'failure' in fact || 'verdict' in fact)).toEqual([
    { type: 'child.ended', exit: LOST, verdict: 'restart', premature: false },
  ]);
  expect(tunnel.actor.getSnapshot().context.failures).toEqual(NO_FAILURES);
  expect(tunnel.probeTimeoutsMs).toEqual([undefined]);
});
