import type { TunnelEmitted } from '@holdfast/machines';
import type { ReleaseDifference, ReleaseObstacle } from '../release/session-commands.ts';

/** Why every tunnel is probed at once. */
export type NetworkChange = 'woke-up' | 'addresses-changed' | 'route-changed';

/** What a fleet tells besides the facts of its tunnels. */
export type FleetFact =
  | { readonly type: 'network.changed'; readonly change: NetworkChange }
  | { readonly type: 'credentials.changed' }
  /** The agent of whoever gave an order took the place of one that was not there, or dead. */
  | { readonly type: 'agent.taken'; readonly path: string }
  | { readonly type: 'tunnel.added' }
  | { readonly type: 'tunnel.changed'; readonly needsRestart: boolean }
  | { readonly type: 'tunnel.removed' }
  | { readonly type: 'forward.opened'; readonly forward: string; readonly port?: number }
  | { readonly type: 'forward.closed'; readonly forward: string }
  /** Their listeners are gone; ssh is asked for them again. Each as ssh's command line has it. */
  | { readonly type: 'forwards.lost'; readonly forwards: readonly string[] }
  /** They were missing, and ssh was made to open them over the control connection. */
  | {
      readonly type: 'forwards.restored';
      readonly forwards: readonly string[];
      /** Whether they had been there; else ssh did not open them at its start. */
      readonly wereThere: boolean;
    }
  | { readonly type: 'forward.failed'; readonly forward: string; readonly problem: string }
  /** A connection through a forward led nowhere; `forward` as ssh's command line has it, where it is clear which it was. */
  | {
      readonly type: 'target.failed';
      readonly forward?: string;
      readonly sentence: string;
      /** How often so far. Equal ones are told at doubling intervals. */
      readonly times: number;
    }
  /** The server had refused a remote port: an earlier session of this tunnel was ended there. `pid`: of its process. */
  | { readonly type: 'session.released'; readonly pid: number; readonly hadEnded: boolean }
  /** It was not ended. */
  | {
      readonly type: 'session.kept';
      readonly pid: number;
      readonly reason: ReleaseDifference | ReleaseObstacle;
    }
  /** The session of this connection could not be noted: a later one cannot end it. */
  | {
      readonly type: 'session.unnoted';
      readonly reason: ReleaseObstacle | 'not-written';
      /** Why it could not be written. */
      readonly problem?: string;
    }
  | { readonly type: 'check.passed'; readonly question: string }
  | { readonly type: 'check.failed'; readonly question: string; readonly problem: string }
  /** Each check has passed once on this connection. */
  | { readonly type: 'checks.passed' }
  | { readonly type: 'child.reaped'; readonly pid: number }
  /** One of an earlier supervisor that not even SIGKILL ended. */
  | { readonly type: 'child.stuck'; readonly pid: number; readonly tunnel: string }
  | { readonly type: 'supervisor.began'; readonly pid: number; readonly version: string }
  | { readonly type: 'supervisor.ended'; readonly reason: string }
  /** A folder or a file of the supervisor was gone, or not its own any more. */
  | { readonly type: 'place.mended'; readonly path: string }
  | { readonly type: 'place.unusable'; readonly path: string; readonly problem: string }
  /** It is as it has to be again, by somebody else's doing: the disk has room, say. */
  | { readonly type: 'place.usable'; readonly path: string }
  /** `/livez`, `/readyz` and `/metrics` are answered there. */
  | { readonly type: 'monitor.opened'; readonly address: string }
  | { readonly type: 'monitor.failed'; readonly address: string; readonly problem: string }
  | { readonly type: 'log.lost'; readonly records: number; readonly problem: string }
  /** Only in `Fleet.events`: so many stood here, and the reader was too slow for them. */
  | { readonly type: 'events.lost'; readonly events: number };

/** Whom an event is for. */
export type EventLevel = 'debug' | 'info' | 'warning' | 'error';

/** Something that happened: once as data, once as a sentence. */
export interface FleetEvent {
  /** Counted from 1 by each supervisor. */
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** `null`: it concerns the whole fleet. */
  readonly tunnel: string | null;
  /** Whom it is for. */
  readonly level: EventLevel;
  /** Lower case, without a full stop. */
  readonly sentence: string;
  /** For people who are told at doubling intervals what happens over and over: the how-manieth time this is, and since when. */
  readonly repeated?: { readonly times: number; readonly since: string };
  /** What happened, as data. */
  readonly fact: TunnelEmitted | FleetFact;
}
