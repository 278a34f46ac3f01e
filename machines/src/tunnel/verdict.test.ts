import { expect, test } from 'vitest';
import { NO_FAILURES } from './failures.ts';
import { completeSettings } from './settings.ts';
import type { TunnelContext } from './types.ts';
import { isPremature, judge } from './verdict.ts';

const CONTEXT: TunnelContext = {
  settings: completeSettings({ gateSeconds: 30 }),
  starts: 1,
  tries: 0,
  misses: 0,
  doubt: null,
  carrier: 'a',
  challenger: null,
  hasWitness: true,
  unsent: null,
  firstProbe: 'due',
  untaken: { phase: 'asked', why: null, times: 0, sinceMs: 0 },
  probes: false,
  failures: NO_FAILURES,
  hasLoggedIn: true,
  roundTrip: null,
  provedAtMs: null,
  answeredAtMs: null,
  pid: 7,
  startedAtMs: 5000,
  stopReason: null,
  end: null,
};

test.each([
  // [start, status, signal, time in ms, phase, verdict, premature]
  [1, 255, null, 35_000, 'inGate', 'fail', true],
  [1, 255, null, 35_001, 'afterGate', 'restart', false],
  [1, 0, null, 5000, 'inGate', 'fail', true],
  [1, null, 'SIGHUP', 5000, 'inGate', 'restart', false],
  [1, null, 'SIGTERM', 5000, 'inGate', 'fail', false],
  [2, 255, null, 5000, 'later', 'restart', false],
  [2, 0, null, 5000, 'later', 'stop', false],
] as const)(
  'start %i, status %s, signal %s, at %i ms: %s, %s, premature %s',
  (starts, status, signal, atMs, phase, verdict, premature) => {
    const judged = judge({ ...CONTEXT, starts }, { type: 'child.exited', status, signal, atMs });
    expect(judged).toEqual({
      exit: { status, signal },
      phase,
      verdict,
      counted: undefined,
      isLostToProbe: false,
    });
    expect(isPremature(judged)).toBe(premature);
  },
);

test.each([
  // [first probe, proved at, why ssh is stopped, restarts when silent, status, verdict, lost to a probe]
  ['out', null, null, false, 255, 'fail', true],
  ['out', null, 'heartbeat-missed', false, 255, 'fail', true],
  ['out', 6000, 'heartbeat-missed', false, 0, 'fail', true],
  ['out', null, null, true, 255, 'restart', false],
  ['out', null, 'heartbeat-missed', true, 255, 'restart', false],
  ['due', null, null, false, 255, 'restart', false],
  ['over', null, null, false, 255, 'restart', false],
  ['out', 6000, null, false, 255, 'restart', false],
  ['out', null, 'operator-restart', false, 255, 'restart', false],
  // What ssh says itself stands.
  ['out', null, null, false, 0, 'stop', false],
  ['out', null, null, false, 42, 'fail', false],
] as const)(
  'first probe %s, proved at %s, stopped for %s, restarts when silent %s, status %i: %s, lost to a probe %s',
  (firstProbe, provedAtMs, stopReason, restartsWhenSilent, status, verdict, isLostToProbe) => {
    const settings = completeSettings({ hasHeartbeat: true, restartsWhenSilent });
    const context: TunnelContext = { ...CONTEXT, settings, starts: 2, probes: true };
    const judged = judge(
      { ...context, firstProbe, provedAtMs, stopReason },
      { type: 'child.exited', status, signal: null, atMs: 9000 },
    );
    expect(judged).toMatchObject({ verdict, isLostToProbe });
  },
);

const FLEET: TunnelContext = {
  ...CONTEXT,
  settings: completeSettings({
    rules: 'holdfast',
    gateSeconds: 30,
    restartIntensity: { starts: 1, periodMs: 1000 },
  }),
};

test.each([
  // [start, status, signal, why ssh is stopped, failure class, restarts before, verdict]
  [1, 255, null, null, 'unreachable', [], 'fail'],
  [1, null, 'SIGTERM', null, 'unreachable', [], 'restart'],
  [2, 255, null, null, 'unreachable', [], 'restart'],
  [2, 0, null, null, 'unreachable', [], 'restart'],
  [2, 3, null, null, 'unreachable', [], 'restart'],
  [2, 255, null, null, 'usage', [], 'fail'],
  [2, 255, null, null, 'host-key-changed', [], 'fail'],
  [2, 255, null, null, 'host-key-unknown', [], 'fail'],
  [2, 255, null, null, 'auth', [], 'restart'],
  [2, 255, null, null, 'unreachable', [4500], 'fail'],
  [2, 255, null, null, 'unreachable', [3999], 'restart'],
  [1, 255, null, 'heartbeat-missed', 'usage', [], 'restart'],
  [1, 255, null, 'heartbeat-missed', 'unreachable', [4500], 'fail'],
  [1, 255, null, 'operator-restart', 'usage', [4500], 'restart'],
] as const)(
  'in a fleet: start %i, status %s, signal %s, stopped for %s, %s, after restarts at %j: %s',
  (starts, status, signal, stopReason, name, recentRestartsMs, verdict) => {
    const exited = { type: 'child.exited', status, signal, atMs: 5000 } as const;
    const judged = judge(
      { ...FLEET, starts, stopReason, failures: { ...NO_FAILURES, recentRestartsMs } },
      { ...exited, failure: { class: name, sentence: 'so it was' } },
    );
    expect(judged.verdict).toBe(verdict);
  },
);
