import { probeTimeoutMs } from '../rules/probe-timeout.ts';
import { rulesOf } from './settings.ts';
import type { HeartbeatCommand, TunnelContext } from './types.ts';

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
