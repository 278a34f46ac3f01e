import {
  countUntaken,
  isAskedAt,
  passTrial,
  TAKES_PROBES,
  trialSeconds,
  UNASKED_MS,
} from '../rules/untaken-probes.ts';
import type { TunnelEmitted } from './facts.ts';
import type { TunnelContext } from './types.ts';

// What a server that does not take probes changes in the context of its tunnel.

type Taking = Partial<Pick<TunnelContext, 'untaken' | 'probes' | 'misses'>>;

/** Whether the present ssh goes without probes since its server does not take them, or to see whether it does. */
export function isLeftUnasked({ untaken, probes }: TunnelContext): boolean {
  return untaken.phase !== 'asked' && !probes;
}

/** Whether a probe is out of an ssh that has not answered any. */
export function isFirstOut({ firstProbe, provedAtMs }: TunnelContext): boolean {
  return firstProbe === 'out' && provedAtMs === null;
}

/** An ssh runs: is it sent probes? */
export function takingAtStart({ untaken, probes }: TunnelContext, atMs: number): Taking {
  if (untaken.phase === 'asked') return {};
  return { probes: probes && isAskedAt(untaken, atMs) };
}

/** The server answered a probe. */
export function takingAfterAnswer({ untaken }: TunnelContext): Taking {
  return untaken === TAKES_PROBES ? {} : { untaken: TAKES_PROBES };
}

/** ssh has proved that it carries traffic; nobody may have been asked. */
export function provedFact({ pid, probes }: TunnelContext): TunnelEmitted {
  return { type: 'tunnel.proved', pid, ...(probes ? {} : { isBelieved: true }) };
}

/** ssh ended: what its first probe came to. */
export function takingAfterExit(context: TunnelContext, atMs: number): Taking {
  const { settings, untaken, stopReason, provedAtMs, firstProbe, probes, misses } = context;
  const { aliveLimitSeconds, hasHeartbeat } = settings;
  if (aliveLimitSeconds === null || !hasHeartbeat) return {};
  if (stopReason === 'operator-restart') return askedAnew(context);
  if (!probes) return untaken.phase === 'trial' && provedAtMs !== null ? askedAnew(context) : {};
  if (provedAtMs !== null && firstProbe !== 'out') return {};
  if (stopReason === null && firstProbe === 'out' && misses === 0) {
    return { untaken: countUntaken(untaken, 'ended', atMs) };
  }
  if (stopReason !== 'heartbeat-missed' || aliveLimitSeconds === 0) return {};
  // The server was never asked.
  if (firstProbe === 'due') return {};
  return { untaken: countUntaken(untaken, 'silent', atMs) };
}

/** Nothing is known any more. */
export function askedAnew({ untaken, settings, probes }: TunnelContext): Taking {
  if (untaken === TAKES_PROBES) return {};
  return {
    untaken: TAKES_PROBES,
    probes: untaken.phase === 'asked' ? probes : settings.hasHeartbeat,
  };
}

/** The ssh on trial has lived long enough. */
export function takingAfterTrial(context: TunnelContext): Taking {
  const { untaken, settings, provedAtMs, startedAtMs } = context;
  const seconds = trialSeconds(untaken, settings.aliveLimitSeconds ?? 0);
  return { untaken: passTrial(untaken, (provedAtMs ?? startedAtMs) + seconds * 1000) };
}

/** A probe that was tried again on an ssh that lives was not answered: it goes on without. */
export function takingAfterRetry({ untaken }: TunnelContext): Taking {
  return { untaken: passTrial(untaken, untaken.sinceMs + UNASKED_MS), probes: false, misses: 0 };
}

/** Milliseconds until something is due of an ssh that is left unasked. */
export function unaskedMs({ untaken, settings }: TunnelContext): number {
  if (untaken.phase !== 'trial') return UNASKED_MS;
  return trialSeconds(untaken, settings.aliveLimitSeconds ?? 0) * 1000;
}

/** Whether a probe may be tried again on an ssh that lives: one that would end of it is waited for. */
export function mayRetry(context: TunnelContext): boolean {
  const { phase, why } = context.untaken;
  return isLeftUnasked(context) && phase === 'unasked' && why === 'silent';
}
