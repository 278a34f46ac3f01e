import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import {
  asyncScheduler,
  defer,
  expand,
  filter,
  map,
  merge,
  of,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { monotonicMs } from '../clock.ts';
import type { NetworkChange } from '../fleet/fleet-event.ts';
import { routeFingerprint } from './default-routes.ts';
import { beginWatch, watchOn, type NetworkLook, type NetworkWatch } from './settled-change.ts';
import { wake$, type Clocks } from './wake.ts';

/** What {@link networkChange$} looks at. All of it is the real thing by default. */
export interface NetworkChangeOptions {
  readonly clocks?: Clocks;
  /** Texts that are equal as long as addresses and default routes are the same. */
  readonly look?: () => NetworkLook;
  /** Time between two looks at the network. Defaults to 1000. */
  readonly lookMs?: number;
  readonly scheduler?: SchedulerLike;
}

const LOOK_MS = 1000;

/** Time without a change after which a burst of changes is over. */
const SETTLE_MS = 500;

/** Looks may take a thousandth of the time: with hundreds of interfaces, where one takes milliseconds, they get rarer. */
const PAUSE_PER_LOOK = 1000;

/** A look that seems to take long was interrupted. */
const LONGEST_PAUSE_MS = 10_000;

const UNSEEN: NetworkLook = { addresses: '', routes: '' };

const REAL: Required<NetworkChangeOptions> = {
  clocks: { wallMs: () => Date.now(), monotonicMs },
  look: () => ({ addresses: addressFingerprint(), routes: routeFingerprint() }),
  lookMs: LOOK_MS,
  scheduler: asyncScheduler,
};

/**
 * Tells when connections may have broken, or may be possible again: after sleep, and when the machine's addresses or default
 * routes change.
 *
 * Wakes are told within a second. Changes of the network are looked for every second (up to 10 s where looking is expensive), and a
 * burst of them is told once, when nothing has changed for half a second, or after 4 s at the latest. Cold; each subscriber looks
 * for itself, and holds the process open. Never fails.
 */
export function networkChange$(options: NetworkChangeOptions = {}): Observable<NetworkChange> {
  const settings = { ...REAL, ...options };
  return merge(wake$(settings.clocks, settings.scheduler), settledChange$(settings));
}

/** What a look makes of the watch, and how long it took. */
interface TimedWatch {
  readonly watch: NetworkWatch;
  readonly tookMs: number;
}

function settledChange$(settings: Required<NetworkChangeOptions>): Observable<NetworkChange> {
  const { clocks, look, lookMs, scheduler } = settings;
  const timed = (watchNow: () => NetworkWatch): TimedWatch => {
    const beganMs = clocks.monotonicMs();
    const watch = watchNow();
    return { watch, tookMs: clocks.monotonicMs() - beganMs };
  };
  return defer(() => of(timed(() => beginWatch(lookOr(UNSEEN, look))))).pipe(
    expand(({ watch, tookMs }) =>
      timer(watch.burst === null ? pauseMs(lookMs, tookMs) : SETTLE_MS, scheduler).pipe(
        map(() => timed(() => watchOn(watch, lookOr(watch.look, look)))),
      ),
    ),
    map(({ watch }) => watch.told),
    filter((told) => told !== null),
  );
}

/** A look that fails (too many open files) has seen nothing new. */
function lookOr(last: NetworkLook, look: () => NetworkLook): NetworkLook {
  try {
    return look();
  } catch {
    return last;
  }
}

function pauseMs(lookMs: number, tookMs: number): number {
  return Math.max(lookMs, Math.min(tookMs * PAUSE_PER_LOOK, LONGEST_PAUSE_MS));
}

/** What `os.networkInterfaces()` answers. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** fe80::/10, and 169.254.0.0/16: they come and go with the line itself, and no server is reached through them. */
const LINK_LOCAL = /^(?:fe[89ab][0-9a-f]:|169\.254\.)/i;

/**
 * One text for the addresses that the machine can be reached at: equal as long as they are the same.
 *
 * Loopback and link-local addresses are not in it. The order in which the system lists them makes no difference.
 */
export function addressFingerprint(interfaces: Interfaces = networkInterfaces()): string {
  return Object.entries(interfaces)
    .flatMap(([name, addresses = []]) =>
      addresses
        .filter(({ internal, address }) => !internal && !LINK_LOCAL.test(address))
        .map(({ cidr, address }) => `${name} ${cidr ?? address}`),
    )
    .sort()
    .join('\n');
}
