import type { Observable } from 'rxjs';
import type { Forward } from '../forward/forward.ts';
import type { FleetEvent, FleetFact } from './fleet-event.ts';
import type { FleetStatus, WhyReport } from './status.ts';
import type { TunnelSpec } from './tunnel-spec.ts';

/** What became of each tunnel when a changed list was applied. */
export interface FleetChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Needed a new ssh. */
  readonly restarted: readonly string[];
  /** Changed on the running connection: forwards, checks, tags, times. */
  readonly adjusted: readonly string[];
  readonly unchanged: readonly string[];
  /** What could not be changed live, one sentence each. */
  readonly problems: readonly { readonly tunnel: string; readonly sentence: string }[];
}

/** A forward opened by hand. */
export interface OpenedForward {
  readonly forward: string;
  /** The port, if the server was to choose it. */
  readonly port?: number;
}

/** Why a fleet refused an order. */
export type FleetErrorCode = 'unknown-tunnel' | 'not-connected' | 'forward-failed' | 'closed';

/** An order that a fleet cannot carry out. */
export class FleetError extends Error {
  override readonly name = 'FleetError';
  readonly code: FleetErrorCode;

  constructor(code: FleetErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** All tunnels of one supervisor. Names are exact here; see `selectNames` for globs and tags. */
export interface Fleet {
  /** What happens, as it happens; nothing is repeated. */
  readonly event$: Observable<FleetEvent>;
  status(): FleetStatus;
  /** Throws a {@link FleetError} `unknown-tunnel`. */
  why(name: string): WhyReport;
  /** Starts tunnels that do not run, and what they wait for; ends the wait of those in backoff. */
  start(names: readonly string[]): void;
  /** Ends tunnels: resolves when their ssh are gone or abandoned. */
  stop(names: readonly string[]): Promise<void>;
  /** Ends each ssh and starts it again, also of tunnels that have stopped or failed. */
  restart(names: readonly string[]): void;
  /** Replaces the list of tunnels, and changes only what differs. */
  apply(tunnels: readonly TunnelSpec[]): Promise<FleetChanges>;
  /** Opens a forward on the running connection; it stays through restarts until it is closed, or the fleet is. */
  openForward(name: string, forward: Forward): Promise<OpenedForward>;
  /** Closes a forward on the running connection; streams through it stay. */
  closeForward(name: string, forward: Forward): Promise<void>;
  /** Tells a fact that concerns the whole fleet, such as the start of its supervisor. */
  tell(fact: FleetFact): void;
  /** Ends all tunnels, in bounded time. */
  close(): Promise<void>;
}
