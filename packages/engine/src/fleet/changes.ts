import type { Forward } from '../forward/forward.ts';
import type { ManagedSpec } from './fleet-tunnel.ts';

/** What has to be done to turn one specification of a tunnel into another. */
export interface SpecChange {
  /** Whether something changed at all. */
  readonly isChange: boolean;
  /** Whether ssh has to be started anew for it. */
  readonly needsRestart: boolean;
  /** What can be done on the running connection. */
  readonly closed: readonly Forward[];
  readonly opened: readonly Forward[];
}

/** What an ssh is started with and cannot change later. */
const OF_THE_CONNECTION = ['host', 'options', 'ruleSet'] as const;

/** What a supervisor can change by itself. */
const OF_THE_SUPERVISOR = ['tags', 'after', 'checks', 'enabled', 'pollMs', 'rules'] as const;

/** The difference between two specifications of a tunnel with one name. */
export function specChange(before: ManagedSpec, after: ManagedSpec): SpecChange {
  const differs = (key: keyof ManagedSpec) =>
    JSON.stringify(before[key]) !== JSON.stringify(after[key]);
  const closed = forwardsOnlyIn(before.forwards, after.forwards);
  const opened = forwardsOnlyIn(after.forwards, before.forwards);
  // A heartbeat of one's own has functions, which no text tells apart.
  const needsRestart = before.heartbeat !== after.heartbeat || OF_THE_CONNECTION.some(differs);
  const isChange =
    needsRestart ||
    closed.length + opened.length > 0 ||
    differs('forwards') ||
    OF_THE_SUPERVISOR.some(differs);
  return { isChange, needsRestart, closed, opened };
}

/** Whether two forwards are one and the same for ssh. */
export function isSameForward(one: Forward, other: Forward): boolean {
  return one.kind === other.kind && one.text === other.text;
}

function forwardsOnlyIn(these: readonly Forward[], those: readonly Forward[]): readonly Forward[] {
  return these.filter((one) => !those.some((other) => isSameForward(one, other)));
}
