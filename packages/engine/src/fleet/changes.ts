import type { Forward } from '../forward/forward.ts';
import type { ManagedSpec } from './fleet-tunnel.ts';
import { TUNNEL_KEYS, type ChangeNeed } from './tunnel-keys.ts';

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

/** The difference between two specifications of a tunnel with one name. */
export function specChange(before: ManagedSpec, after: ManagedSpec): SpecChange {
  const needs = new Set(KEYS.map((key) => changeOf(key, before, after)));
  return {
    isChange: needs.size > 1 || !needs.has('nothing'),
    needsRestart: needs.has('new-ssh'),
    closed: forwardsOnlyIn(before.forwards, after.forwards),
    opened: forwardsOnlyIn(after.forwards, before.forwards),
  };
}

const KEYS = Object.keys(TUNNEL_KEYS) as readonly (keyof ManagedSpec)[];

function changeOf(key: keyof ManagedSpec, before: ManagedSpec, after: ManagedSpec): ChangeNeed {
  const { change, isSame = isSameJson } = TUNNEL_KEYS[key];
  return isSame(before[key], after[key]) ? 'nothing' : change;
}

function isSameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether two forwards are one and the same for ssh. */
export function isSameForward(one: Forward, other: Forward): boolean {
  return one.kind === other.kind && one.text === other.text;
}

function forwardsOnlyIn(these: readonly Forward[], those: readonly Forward[]): readonly Forward[] {
  return these.filter((one) => !those.some((other) => isSameForward(one, other)));
}
