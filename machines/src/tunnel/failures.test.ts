import { describe, expect, test } from 'vitest';
import { countEnd, isEndedBy, isTooOften, NO_FAILURES } from './failures.ts';
import { completeSettings } from './settings.ts';
import type { FailureReport, StopReason, TunnelContext } from './types.ts';

const CONTEXT: TunnelContext = {
  settings: completeSettings({ rules: 'holdfast' }),
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
  probes: true,
  failures: NO_FAILURES,
  hasLoggedIn: true,
  roundTrip: null,
  provedAtMs: null,
  answeredAtMs: null,
  pid: 7,
  startedAtMs: 0,
  stopReason: null,
  end: null,
};

const SAID: FailureReport = { class: 'unreachable', sentence: 'no route to host' };
const TOLD: FailureReport = { class: 'remote-port-held', sentence: 'port 8080 is held' };

describe('an end of ssh is counted under', () => {
  test.each<[StopReason | null, FailureReport | undefined, number | null, string]>([
    // [why ssh was told to go, what ssh said, proof of life, class]
    [null, SAID, null, 'unreachable'],
    [null, SAID, 1, 'unreachable'],
    [null, undefined, null, 'unknown'],
    ['heartbeat-missed', SAID, null, 'throttled'],
    ['heartbeat-missed', SAID, 1, 'dropped'],
    ['forward-refused', SAID, 1, 'remote-port-held'],
    ['check-failed', undefined, 1, 'remote-port-held'],
    ['lifetime-over', SAID, 1, 'unreachable'],
  ])('stopped for %s, said %j, proved at %s: %s', (stopReason, failure, provedAtMs, expected) => {
    const failures = { ...NO_FAILURES, last: TOLD };
    const context = { ...CONTEXT, stopReason, provedAtMs, answeredAtMs: provedAtMs, failures };
    const counted = countEnd(context, { atMs: 5, ...(failure === undefined ? {} : { failure }) });
    expect(counted?.last.class).toBe(expected);
    expect(counted?.counts).toEqual({ [expected]: 1 });
  });

  test('what ssh said, where a forward was refused without a word', () => {
    const context = { ...CONTEXT, stopReason: 'forward-refused' } as const;
    expect(countEnd(context, { atMs: 5, failure: SAID })?.last).toBe(SAID);
    expect(countEnd(context, { atMs: 5 })?.last.class).toBe('unknown');
  });

  test('nothing, if an operator wanted a restart', () => {
    const context = { ...CONTEXT, stopReason: 'operator-restart' } as const;
    expect(countEnd(context, { atMs: 5, failure: SAID })).toBeUndefined();
  });

  test.each(['classic', 'autossh-1.4', 'autossh-1.3'] as const)('nothing, under %s', (rules) => {
    const context = { ...CONTEXT, settings: completeSettings({ rules }) };
    expect(countEnd(context, { atMs: 5, failure: SAID })).toBeUndefined();
  });
});

describe('failures are forgotten', () => {
  test.each([
    // [probed, first proof, last answer, end, failures of this class]
    [true, null, null, 90_000, 5],
    [true, 0, 59_999, 90_000, 5],
    [true, 0, 60_000, 60_000, 1],
    [true, 30_000, 90_000, 90_001, 1],
    [true, 30_000, 89_999, 3_000_000, 5],
    // Where nobody asks, or asks any more, ssh is believed until it ends.
    [false, 30_000, null, 89_999, 5],
    [false, 30_000, null, 90_000, 1],
    [false, 30_000, 35_000, 90_000, 1],
    [false, null, null, 90_000, 5],
  ])(
    'probes %s, proved at %s, answered at %s, ended at %i ms: this is number %i',
    (probes, provedAtMs, answeredAtMs, atMs, times) => {
      const failures = { ...NO_FAILURES, counts: { unreachable: 4, auth: 2 } };
      const context = { ...CONTEXT, probes, provedAtMs, answeredAtMs, failures };
      const counted = countEnd(context, { atMs, failure: SAID });
      expect(counted?.counts).toEqual(
        times === 1 ? { unreachable: 1 } : { unreachable: 5, auth: 2 },
      );
    },
  );
});

test('without a chance the wait is the middle one', () => {
  expect(countEnd(CONTEXT, { atMs: 0, failure: SAID })?.waitMs).toBe(750);
  expect(countEnd(CONTEXT, { atMs: 0, failure: SAID, chance: 0 })?.waitMs).toBe(500);
  expect(countEnd(CONTEXT, { atMs: 0, failure: SAID, chance: 1 })?.waitMs).toBe(1000);
});

const restartedAt = (recentRestartsMs: readonly number[]) => ({ ...NO_FAILURES, recentRestartsMs });

describe('restarts are counted', () => {
  const settings = completeSettings({
    rules: 'holdfast',
    restartIntensity: { starts: 2, periodMs: 1000 },
  });

  test.each([
    [[], 5000, false, [5000]],
    [[4000], 5000, false, [4000, 5000]],
    [[4000, 4500], 5000, true, [4000, 4500, 5000]],
    [[3999, 4500], 5000, false, [4500, 5000]],
  ])('after those at %j, one at %i ms: too often %s', (recent, atMs, tooOften, expected) => {
    const counted = countEnd({ ...CONTEXT, settings, failures: restartedAt(recent) }, { atMs });
    expect(counted).toMatchObject({ recentRestartsMs: expected });
    expect(isTooOften(counted!, settings)).toBe(tooOften);
  });

  test('not at all without a limit', () => {
    const counted = countEnd({ ...CONTEXT, failures: restartedAt([1, 2, 3]) }, { atMs: 3 });
    expect(counted).toMatchObject({ recentRestartsMs: [] });
    expect(isTooOften(counted!, CONTEXT.settings)).toBe(false);
  });
});

test('a wait for nothing is ended by nothing', () => {
  expect(isEndedBy({ last: null }, 'host-answered')).toBe(false);
  expect(isEndedBy({ last: SAID }, 'host-answered')).toBe(true);
  expect(isEndedBy({ last: SAID }, 'credentials-changed')).toBe(false);
  expect(isEndedBy({ last: TOLD }, 'host-answered')).toBe(false);
});
