import { minimumUptimeSeconds } from '../rules/grace-time.ts';
import { pollSecondsAfter } from '../rules/poll-times.ts';
import { probeTimeoutMs } from '../rules/probe-timeout.ts';
import { rulesOf } from './settings.ts';
import type { HeartbeatCommand, TunnelContext } from './types.ts';
import { isLeftUnasked, unaskedMs } from './untaken.ts';

/** Whether the time that a probe may take follows the round trips of the present ssh. */
function isAdaptive({ settings }: TunnelContext): boolean {
  return rulesOf(settings).probeTimeout === 'adaptive';
}

/** The question to the heartbeat; under adaptive rules with the time that the answer may take. */
export function probeOf(context: TunnelContext): HeartbeatCommand {
  if (!isAdaptive(context)) return { type: 'heartbeat.probe' };
  const { roundTrip, misses } = context;
  return { type: 'heartbeat.probe', timeoutMs: probeTimeoutMs(roundTrip ?? undefined, misses) };
}

/** Whether the present ssh has still to tell that it has logged in: until then it can be asked nothing, and is not believed. */
export function awaitsLogin({ settings, hasLoggedIn }: TunnelContext): boolean {
  return settings.tellsReady && !hasLoggedIn;
}

/**
 * Milliseconds until the first probe; without probes, until ssh has lived long enough to be believed; and for an ssh that tells of its
 * login, until that is given up.
 */
export function proofMs(context: TunnelContext): number {
  const { probes, unsent, settings } = context;
  if (awaitsLogin(context)) return settings.firstPollSeconds * 1000;
  const seconds = probes
    ? pollSecondsAfter(unsent, settings.firstPollSeconds)
    : minimumUptimeSeconds(settings.pollSeconds);
  return seconds * 1000;
}

/** Milliseconds until the next probe; for an ssh that is left unasked, until its trial is over, or an hour. */
export function pollMs(context: TunnelContext): number {
  if (isLeftUnasked(context)) return unaskedMs(context);
  return pollSecondsAfter(context.unsent, context.settings.pollSeconds) * 1000;
}
