import type { NetworkChange } from '../fleet/fleet-event.ts';

/** What the network looked like. */
export interface NetworkLook {
  readonly addresses: string;
  readonly routes: string;
}

/** How a watch over the network stands after a look. */
export interface NetworkWatch {
  readonly look: NetworkLook;
  /** What has changed and is not told yet, and for how many looks. */
  readonly burst: { readonly change: NetworkChange; readonly looks: number } | null;
  /** What is told now. */
  readonly told: NetworkChange | null;
}

/** A network that never settles is told about all the same, after so many looks. */
const MOST_LOOKS = 8;

/** A watch that has looked once. */
export function beginWatch(look: NetworkLook): NetworkWatch {
  return { look, burst: null, told: null };
}

/**
 * The watch after one more look: a burst of changes is told once, at the first look that sees nothing new.
 *
 * New addresses mostly bring new routes: of both, the addresses are told. A change that is undone before it is told is told, since
 * connections may have broken meanwhile.
 */
export function watchOn(watch: NetworkWatch, look: NetworkLook): NetworkWatch {
  const change = changeBetween(watch.look, look);
  if (watch.burst === null) {
    return { look, burst: change === null ? null : { change, looks: 1 }, told: null };
  }
  const whole = change === 'addresses-changed' ? change : watch.burst.change;
  const looks = watch.burst.looks + 1;
  if (change === null || looks >= MOST_LOOKS) return { look, burst: null, told: whole };
  return { look, burst: { change: whole, looks }, told: null };
}

function changeBetween(before: NetworkLook, now: NetworkLook): NetworkChange | null {
  if (before.addresses !== now.addresses) return 'addresses-changed';
  return before.routes === now.routes ? null : 'route-changed';
}
