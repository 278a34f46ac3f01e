import type { Observable } from 'rxjs';
import type { Forward } from '../forward/forward.ts';
import type { FleetEvent, FleetFact } from './fleet-event.ts';
import type { FleetInspector, TunnelActor } from './member/fleet-system.ts';
import type { FleetTunnel } from './fleet-tunnel.ts';
import type { FleetStatus, TunnelStatus, WhyReport } from './report/status.ts';

/** What became of each tunnel when a changed list was applied. */
export interface FleetChanges {
  /** Were not there before; those that are enabled were started. */
  readonly added: readonly string[];
  /** Are not there any more: stopped, and forgotten. */
  readonly removed: readonly string[];
  /** Needed a new ssh. */
  readonly restarted: readonly string[];
  /** Changed on the running connection: forwards, checks, tags, times. */
  readonly adjusted: readonly string[];
  /** Were not touched. */
  readonly unchanged: readonly string[];
  /** What could not be changed live, one sentence each. */
  readonly problems: readonly { readonly tunnel: string; readonly sentence: string }[];
}

/** A forward opened by hand. */
export interface OpenedForward {
  /** As it was written. */
  readonly forward: string;
  /** The port, if the server was to choose it. */
  readonly port?: number;
}

/**
 * Why a fleet refused an order.
 *
 * | code | means |
 * |---|---|
 * | `unknown-tunnel` | no tunnel has that name |
 * | `invalid-tunnel` | a tunnel that could never run, or two with one name |
 * | `not-connected` | the order needs a connection, and the tunnel has none now |
 * | `not-ready` | a tunnel that is waited for has failed, has stopped or was never started |
 * | `forward-failed` | ssh did not open or close a forward |
 * | `closed` | the fleet was closed |
 */
export type FleetErrorCode =
  'unknown-tunnel' | 'invalid-tunnel' | 'not-connected' | 'not-ready' | 'forward-failed' | 'closed';

const BRAND = Symbol.for('holdfast/FleetError');

/** An order that a fleet cannot carry out. */
export class FleetError extends Error {
  override readonly name = 'FleetError';
  readonly [BRAND] = true;
  /** For programs; the message is for people. */
  readonly code: FleetErrorCode;

  constructor(code: FleetErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Whether this is a {@link FleetError}, also one of another bundle. */
export function isFleetError(error: unknown): error is FleetError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** How events are read one after the other. */
export interface EventsOptions {
  /** Ends the reading, without an error. */
  readonly signal?: AbortSignal | undefined;
  /** How many events are kept for a reader that is busy; at least 1. Default: 1000. */
  readonly bufferSize?: number | undefined;
}

/** Whose health is waited for, and for how long. */
export interface ReadyOptions {
  /** Default: every tunnel that was started. */
  readonly names?: readonly string[] | undefined;
  /** Ends the waiting with the signal's reason: `AbortSignal.timeout(30_000)`. Default: it waits as long as there is hope. */
  readonly signal?: AbortSignal | undefined;
}

/** All tunnels of one supervisor. Names are exact here; see `selectNames` for globs and tags. */
export interface Fleet extends AsyncDisposable {
  /** What happens, as it happens; nothing is repeated. It is complete when the fleet was closed. */
  readonly event$: Observable<FleetEvent>;
  /**
   * The same for a log that people read: what happens to a tunnel over and over is told the 1st, 2nd, 4th, 8th … time, with its count
   * (`repeated`). An outage of a week does not hide its first hour there.
   */
  readonly told$: Observable<FleetEvent>;
  /**
   * What happens from now on, for `for await`. It ends with the fleet or with the signal; leaving the loop ends it too.
   *
   * A reader that is slower than the events loses the oldest: an event `events.lost` stands in their place. Throws a `RangeError`
   * for a buffer that holds nothing.
   *
   * @example
   * for await (const { tunnel, sentence } of fleet.events()) console.log(tunnel, sentence);
   */
  events(options?: EventsOptions): AsyncIterableIterator<FleetEvent, undefined, void>;
  /**
   * Resolves when every named tunnel is healthy, all at the same time; without names every one that was started.
   *
   * Rejects with a {@link FleetError}: `not-ready` when one of them has failed, has stopped or was never started, and which and why;
   * `unknown-tunnel`; `closed`. Rejects with the signal's reason when it is aborted. Nothing is stopped by that.
   */
  ready(options?: ReadyOptions): Promise<void>;
  /** How all tunnels are now, in the order they were given. */
  status(): FleetStatus;
  /** The status of one: for whoever follows changes, since all of it is dear to make. Throws a {@link FleetError} `unknown-tunnel`. */
  describe(name: string): TunnelStatus;
  /** How a tunnel is, why, and what comes next. Throws a {@link FleetError} `unknown-tunnel`. */
  why(name: string): WhyReport;
  /** Starts tunnels that do not run, and what they wait for; ends the wait of those in backoff. Throws `unknown-tunnel`. */
  start(names: readonly string[]): void;
  /** Ends tunnels: resolves when their ssh are gone or abandoned. */
  stop(names: readonly string[]): Promise<void>;
  /** Ends each ssh and starts it again, also of tunnels that have stopped or failed. */
  restart(names: readonly string[]): void;
  /** Asks healthy tunnels now whether they carry traffic, and not only when their next probe is due; for all others it does nothing. */
  probe(names: readonly string[]): void;
  /** Replaces the list of tunnels, and changes only what differs. Rejects with `invalid-tunnel` before anything is changed. */
  apply(tunnels: readonly FleetTunnel[]): Promise<FleetChanges>;
  /** Opens a forward on the running connection; it stays through restarts until it is closed, or the fleet is. */
  openForward(name: string, forward: Forward): Promise<OpenedForward>;
  /** Closes a forward on the running connection; streams through it stay. */
  closeForward(name: string, forward: Forward): Promise<void>;
  /** Shows an observer every actor, event and snapshot of every tunnel from now on; XState announces no actor again: see `actors`. */
  inspect(observer: FleetInspector): { unsubscribe(): void };
  /** The actor of each tunnel's present life, or its last, by the name of the tunnel; absent for one that was never started. */
  actors(): ReadonlyMap<string, TunnelActor>;
  /** Tells a fact that concerns the whole fleet, such as the start of its supervisor. */
  tell(fact: FleetFact): void;
  /** Ends all tunnels, in bounded time: each ssh has 2 s to obey SIGTERM, and 2 s to die of SIGKILL. Every order after it throws `closed`. */
  close(): Promise<void>;
  /** The same as `close`, for `await using fleet = createFleet(…)`. */
  [Symbol.asyncDispose](): Promise<void>;
}
