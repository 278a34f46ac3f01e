import { expect, test } from 'vitest';
import { completeSettings } from './settings.ts';
import type { TunnelContext } from './types.ts';
import { isPremature, judge } from './verdict.ts';

const CONTEXT: TunnelContext = {
  settings: completeSettings({ gateSeconds: 30 }),
  starts: 1,
  tries: 0,
  misses: 0,
  probes: false,
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
    expect(judged).toEqual({ exit: { status, signal }, phase, verdict });
    expect(isPremature(judged)).toBe(premature);
  },
);
