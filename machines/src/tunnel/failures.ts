import { countFailure, FAILURE_POLICIES, judgeFailure } from '../rules/failure-policy.ts';
import { countStart } from '../rules/restart-intensity.ts';
import { rulesOf } from './settings.ts';
import type {
  ChildExited,
  ChildUnrunnable,
  FailureReport,
  TunnelContext,
  TunnelFailures,
  TunnelSettings,
} from './types.ts';

/** The failures of a tunnel, the one that was just counted last. */
export type CountedFailures = TunnelFailures & { readonly last: FailureReport };

/** The failures of a tunnel to which nothing has happened. */
export const NO_FAILURES: TunnelFailures = {
  counts: {},
  last: null,
  verdict: 'retry',
  waitMs: 0,
  recentRestartsMs: [],
};

/** The middle of all waits, for whoever brings no chance. */
const NO_CHANCE = 0.5;

/** Whether the tunnel's rules look at what went wrong. */
export function waitsByFailure({ settings }: Pick<TunnelContext, 'settings'>): boolean {
  return rulesOf(settings).waitsBy === 'failure-class';
}

/**
 * Counts an end of ssh among the failures of the tunnel.
 *
 * `undefined` where the rules do not ask, and for an end that an operator wanted: that one is no failure.
 *
 * @see docs/rules.md, FL-3 to FL-8; docs/failures.md
 */
export function countEnd(
  context: TunnelContext,
  { failure, chance = NO_CHANCE, atMs }: Pick<ChildExited, 'failure' | 'chance' | 'atMs'>,
): CountedFailures | undefined {
  if (!waitsByFailure(context) || context.stopReason === 'operator-restart') return undefined;
  const last = reportOf(context, failure, atMs);
  const { failures } = context;
  const counts = countFailure(failures.counts, last.class, healthyMs(context, atMs));
  const { verdict, waitMs } = judgeFailure(last.class, counts[last.class]!, chance);
  const { restartIntensity } = context.settings;
  const recentRestartsMs =
    restartIntensity === null
      ? []
      : countStart(failures.recentRestartsMs, atMs, restartIntensity).recentStartsMs;
  return { counts, last, verdict, waitMs, recentRestartsMs };
}

/** Whether there were more restarts of late than allowed. */
export function isTooOften(
  { recentRestartsMs }: TunnelFailures,
  { restartIntensity }: Pick<TunnelSettings, 'restartIntensity'>,
): boolean {
  return restartIntensity !== null && recentRestartsMs.length > restartIntensity.starts;
}

/**
 * An ssh that never ran, as a failure; `undefined` where the rules do not ask, or nobody knows what it was.
 *
 * That it was told to go explains nothing.
 */
export function countUnrunnable(
  context: TunnelContext,
  { failure, chance, atMs }: ChildUnrunnable,
): CountedFailures | undefined {
  if (failure === undefined || atMs === undefined) return undefined;
  const evidence = { failure, atMs, ...(chance === undefined ? {} : { chance }) };
  return countEnd({ ...context, stopReason: null }, evidence);
}

/** Whether there is to be no further start: an operator said so, or the lifetime is over. */
export function isEnding({ stopReason }: TunnelContext): boolean {
  return stopReason === 'operator-stop' || stopReason === 'lifetime-over';
}

/** What a failure leaves behind in the context; what was no failure leaves nothing. */
export function countedFacts(
  counted: CountedFailures | undefined,
): Partial<Pick<TunnelContext, 'failures'>> {
  return counted === undefined ? {} : { failures: counted };
}

/** For how long the present ssh is known to have carried traffic: to the last answer, as long as anybody asked. */
function healthyMs({ probes, provedAtMs, answeredAtMs }: TunnelContext, endedAtMs: number): number {
  if (provedAtMs === null) return 0;
  const knownUntilMs = probes ? answeredAtMs : null;
  return (knownUntilMs ?? endedAtMs) - provedAtMs;
}

/** What went wrong: why the supervisor ended ssh, if it did; else what ssh said. */
function reportOf(
  context: TunnelContext,
  said: FailureReport | undefined,
  endedAtMs: number,
): FailureReport {
  const { stopReason, failures, provedAtMs } = context;
  const wasHealthy = provedAtMs !== null;
  switch (stopReason) {
    case 'heartbeat-missed':
      if (wasHealthy) return { class: 'dropped', sentence: silence(context, endedAtMs) };
      // Whoever asked may know what the heartbeat lacks; what ssh said as it was ended decides nothing.
      return said?.class === NEVER_ANSWERED.class ? said : NEVER_ANSWERED;
    case 'login-timed-out':
      return { ...NEVER_ANSWERED, sentence: noLogin(context, endedAtMs) };
    // What was refused, or failed, was told when ssh was asked to go.
    case 'forward-refused':
    case 'check-failed':
      return failures.last ?? said ?? NOT_TOLD;
    default:
      return said ?? NOT_TOLD;
  }
}

const NEVER_ANSWERED: FailureReport = {
  class: 'throttled',
  sentence: 'the server did not answer in time after the connection',
};

function noLogin({ startedAtMs }: TunnelContext, endedAtMs: number): string {
  return `ssh did not log in within ${Math.round((endedAtMs - startedAtMs) / 1000)} s`;
}

/** How long nobody answered, until ssh was gone. */
function silence({ answeredAtMs }: TunnelContext, endedAtMs: number): string {
  if (answeredAtMs === null) return 'the server did not answer any more';
  return `the server did not answer for ${Math.round((endedAtMs - answeredAtMs) / 1000)} s`;
}

const NOT_TOLD: FailureReport = { class: 'unknown', sentence: 'ssh ended, and nobody read why' };

/** Whether a wait for this failure is over when such a thing happens. */
export function isEndedBy(
  { last }: Pick<TunnelFailures, 'last'>,
  event: 'host-answered' | 'credentials-changed',
): boolean {
  return last !== null && FAILURE_POLICIES[last.class].endedBy === event;
}
