import { countTries } from '../rules/grace-time.ts';
import { measureRoundTrip } from '../rules/probe-timeout.ts';
import { countedFacts, countEnd } from './failures.ts';
import type { ChildExited, TunnelContext } from './types.ts';
import { takingAfterAnswer, takingAfterExit } from './untaken.ts';

// What of the context changes when something happens to an ssh.

/** When an answer came, and how long it took, as far as the heartbeat measures it. */
export interface AnswerTimes {
  readonly atMs?: number;
  readonly roundTripMs?: number;
}

/** A new ssh: nothing is known of it yet. */
export function afterStart(context: TunnelContext): Partial<TunnelContext> {
  return {
    starts: context.starts + 1,
    pid: null,
    misses: 0,
    doubt: null,
    carrier: 'a',
    challenger: null,
    hasWitness: true,
    unsent: null,
    hasLoggedIn: false,
    firstProbe: 'due',
    stopReason: null,
    roundTrip: null,
    provedAtMs: null,
    answeredAtMs: null,
    // Each ssh gets its chance to be asked, but for a trial.
    probes: context.settings.hasHeartbeat && context.untaken.phase !== 'trial',
  };
}

/** The server answered. */
export function afterAnswer(
  context: TunnelContext,
  { atMs, roundTripMs }: AnswerTimes,
): Partial<TunnelContext> {
  const { roundTrip, provedAtMs } = context;
  return {
    firstProbe: 'over',
    ...takingAfterAnswer(context),
    misses: 0,
    unsent: null,
    ...(atMs === undefined ? {} : { answeredAtMs: atMs, provedAtMs: provedAtMs ?? atMs }),
    ...(roundTripMs === undefined
      ? {}
      : { roundTrip: measureRoundTrip(roundTrip ?? undefined, roundTripMs) }),
  };
}

/** ssh ended, and another may follow. */
export function afterExit(context: TunnelContext, exited: ChildExited): Partial<TunnelContext> {
  const { tries, startedAtMs, settings, failures } = context;
  return {
    pid: null,
    tries: countTries(tries, exited.atMs - startedAtMs, settings.pollSeconds),
    failures: { ...failures, waitMs: 0 },
    ...countedFacts(countEnd(context, exited)),
    ...takingAfterExit(context, exited.atMs),
  };
}
