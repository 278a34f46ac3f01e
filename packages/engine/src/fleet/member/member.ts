import type { ManagedTunnel } from './managed-tunnel.ts';
import type { WatchedChecks } from './checks.ts';

/** A tunnel in a fleet, with the questions that are put through it. */
export interface Member {
  readonly tunnel: ManagedTunnel;
  readonly checks: WatchedChecks;
}

/** Whether it is what somebody wants who waits for it: connected, with every forward, and each check passes. */
export function isHealthyMember({ tunnel, checks }: Member): boolean {
  return tunnel.isConnected() && tunnel.keeper.areBound() && checks.arePassed();
}
