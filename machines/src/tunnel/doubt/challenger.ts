import { CHALLENGER_VERDICTS } from '../../rules/challenger-failures.ts';
import { judgeFailure } from '../../rules/failure-policy.ts';
import { hasStartsLeft } from '../../rules/max-starts.ts';
import { probeTimeoutMs } from '../../rules/probe-timeout.ts';
import { graceMs, isMoving, resumeMs, type SilentConnection } from '../../rules/second-witness.ts';
import { afterExit, afterStart } from '../remembered.ts';
import type { TunnelEmitted } from '../facts.ts';
import type {
  Challenger,
  ChildExited,
  ChildReady,
  ChildUnrunnable,
  Doubt,
  HeartbeatMissed,
  HostAnswered,
  TunnelContext,
} from '../types.ts';
import { otherSlot } from './slots.ts';
import { judge } from '../verdict.ts';

// What a tunnel knows of a silent ssh, and of the second one beside it.

/** Whether a missed probe makes ssh suspect, instead of counting towards its end. */
export function mayDoubt({ settings, provedAtMs, untaken }: TunnelContext): boolean {
  return settings.patienceSeconds > 0 && provedAtMs !== null && untaken.phase !== 'unasked';
}

/** Whether no second ssh is to be tried beside the present one: it is not wanted, or one came to nothing for a reason that stays. */
export function lacksWitness({
  settings,
  hasWitness,
}: Pick<TunnelContext, 'settings' | 'hasWitness'>): boolean {
  return !settings.challenges || !hasWitness;
}

/** Whether bytes still move on the connection, though no answer has come in time. */
export function isSlow(context: TunnelContext, { sight = null, atMs }: Late): boolean {
  const { answeredAtMs, provedAtMs } = context;
  const heardAtMs = answeredAtMs ?? provedAtMs;
  if (atMs === undefined || heardAtMs === null || !mayDoubt(context)) return false;
  return isMoving(sight, atMs - heardAtMs);
}

type Late = Pick<HeartbeatMissed, 'sight' | 'atMs'>;

/** ssh did not answer in time. */
export function afterMiss(context: TunnelContext, missed: HeartbeatMissed): Partial<TunnelContext> {
  const { doubt, misses } = context;
  const { atMs, silentMs = 0, sight = null } = missed;
  const known: Doubt = doubt ?? { ...NO_DOUBT, silentSinceMs: silentSince(atMs, silentMs) };
  const seen = { ...known, sight };
  const left = atMs === undefined ? {} : leftOf(context, seen, atMs);
  return { misses: misses + 1, unsent: null, doubt: { ...seen, ...left } };
}

const NO_DOUBT: Doubt = {
  silentSinceMs: null,
  sight: null,
  attempts: 0,
  waitMs: 0,
  graceMs: 0,
  resumeMs: 0,
  isOverdue: false,
};

function silentSince(atMs: number | undefined, silentMs: number): number | null {
  return atMs === undefined ? null : atMs - silentMs;
}

/** What time the old ssh has left, if the path is proved now. */
function leftOf(
  context: TunnelContext,
  doubt: Doubt,
  atMs: number,
): Pick<Doubt, 'graceMs' | 'resumeMs'> {
  const silent = silentConnection(context, doubt, atMs);
  return { graceMs: doubt.isOverdue ? 0 : graceMs(silent), resumeMs: resumeMs(silent) };
}

function silentConnection(context: TunnelContext, doubt: Doubt, atMs: number): SilentConnection {
  const { settings, roundTrip, answeredAtMs, provedAtMs } = context;
  const heardAtMs = answeredAtMs ?? provedAtMs ?? atMs;
  // Where nobody tells, it is silent since it was heard last: too long a time costs a wait, too short a one costs streams.
  const silentMs = atMs - (doubt.silentSinceMs ?? heardAtMs);
  return {
    sight: doubt.sight,
    silentMs,
    unansweredMs: atMs - heardAtMs,
    probeTimeoutMs: probeTimeoutMs(roundTrip ?? undefined, 0),
    patienceMs: settings.patienceSeconds * 1000,
  };
}

/** Another tunnel found that the path works: how long the old ssh takes to be heard again. */
export function afterHostAnswer(
  context: TunnelContext,
  { atMs, sight = null }: HostAnswered,
): Change {
  const { doubt } = context;
  if (doubt === null || atMs === undefined) return {};
  const seen = { ...doubt, sight };
  return { doubt: { ...seen, ...leftOf(context, seen, atMs) } };
}

/** It is known that the path works, and the old ssh had its time: only a challenger of its own can help. */
export function afterResume({ doubt }: TunnelContext): Change {
  return { doubt: { ...(doubt ?? NO_DOUBT), graceMs: 0, isOverdue: true } };
}

const NEW_CHALLENGER: Challenger = { pid: null, isIn: false, isLeaving: false };

/** A challenger is started, or one that is leaving is wanted after all. From here on it can be sent away, before it runs too. */
export function afterChallenge({ challenger }: TunnelContext): Change {
  return { challenger: { ...(challenger ?? NEW_CHALLENGER), isLeaving: false } };
}

/** It runs. */
export function afterSpawn(
  { challenger }: TunnelContext,
  { pid }: { readonly pid: number },
): Change {
  return { challenger: { ...(challenger ?? NEW_CHALLENGER), pid } };
}

type Change = Partial<Pick<TunnelContext, 'challenger' | 'doubt' | 'hasWitness'>>;

/** The challenger has logged in: how long the old ssh has left. */
export function afterProof(context: TunnelContext, { atMs, sight = null }: ChildReady): Change {
  const { challenger, doubt } = context;
  const seen = { ...(doubt ?? NO_DOUBT), sight };
  return {
    challenger: { ...(challenger ?? NEW_CHALLENGER), isIn: true },
    ...(doubt === null ? {} : { doubt: { ...seen, ...leftOf(context, seen, atMs) } }),
  };
}

/** The challenger has ended, or could not be started; nobody knows why if it was sent away. */
export function afterDefeat(context: TunnelContext, end: ChallengerEnd): Change {
  const { doubt, challenger } = context;
  if (doubt === null || challenger?.isLeaving === true) return { challenger: null };
  const { class: failureClass = 'unknown' } = end.failure ?? {};
  const attempts = doubt.attempts + 1;
  // Nobody knows what the server makes of one that nobody understands.
  const isSlow = failureClass === 'throttled' || failureClass === 'unknown';
  const waitsAs = isSlow ? 'throttled' : 'unreachable';
  const { waitMs } = judgeFailure(waitsAs, attempts, end.chance ?? 0.5);
  return {
    challenger: null,
    // Whoever knew that the path works may be wrong by now.
    doubt: { ...doubt, attempts, waitMs, isOverdue: false },
    hasWitness: CHALLENGER_VERDICTS[failureClass] === 'try-again',
  };
}

type ChallengerEnd = Pick<ChildExited | ChildUnrunnable, 'failure' | 'chance'>;

/** Whether the tunnel goes on without a witness, if its challenger ends so. */
export function losesWitness(context: TunnelContext, end: ChallengerEnd): boolean {
  return afterDefeat(context, end).hasWitness === false;
}

/** The fact of a challenger's end. */
export function defeatFact(context: TunnelContext, end: ChallengerEnd): TunnelEmitted {
  const { challenger } = context;
  const { failure } = end;
  const isAway = challenger?.isLeaving === true || failure === undefined;
  return {
    type: 'challenger.ended',
    pid: challenger?.pid ?? null,
    ...(isAway ? {} : { failure }),
    isLast: losesWitness(context, end),
  };
}

/** Whether the ssh beside this one takes its place when it ends so. */
export function canTakeOver(context: TunnelContext, exited: ChildExited): boolean {
  const { challenger, stopReason, starts, settings } = context;
  if (challenger === null || challenger.isLeaving) return false;
  if (stopReason !== null && stopReason !== 'heartbeat-missed') return false;
  return hasStartsLeft(starts, settings.maxStarts) && judge(context, exited).verdict === 'restart';
}

/** The challenger is the tunnel's ssh now: the old one has ended. */
export function afterTakeOver(context: TunnelContext, exited: ChildExited): Partial<TunnelContext> {
  const ended = afterExit(context, exited);
  return {
    ...ended,
    ...afterStart({ ...context, ...ended }),
    carrier: otherSlot(context),
    pid: context.challenger?.pid ?? null,
    startedAtMs: exited.atMs,
  };
}
