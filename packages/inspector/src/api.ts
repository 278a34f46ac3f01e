import type { Chart, Layout } from '@holdfast/chart';
import type { ConnectionPhase, WhyReport } from '@holdfast/engine';
import type { FailureClass, TunnelState } from '@holdfast/machines';
import type { Step } from '@holdfast/recording';

// The contract between the page and who serves it: types only. Everything is plain data; times are milliseconds since 1970.

/**
 * Every request of the page, on loopback only.
 *
 * `GET /` and `GET /assets/NAME` are the page itself and need no token: they tell nothing. Everything under `/api/` needs the
 * header `Authorization: Bearer TOKEN`; the token is in the fragment of the page's address, which no browser sends.
 * Orders (POST) need `Content-Type: application/json` too.
 */
export interface InspectorApi {
  'GET /api/hello': { readonly response: InspectorHello };
  /** A machine's chart by its id, laid out. */
  'GET /api/charts/ID': { readonly response: DrawnChart };
  /** Server-sent events, read with `fetch`: see {@link StreamMessage}. Query: `watch=NAME`, for the steps of that one. */
  'GET /api/stream': { readonly response: never };
  /** What happened to one. Query: `from` and `to`, both optional. */
  'GET /api/tunnels/NAME/steps': { readonly response: StepsAnswer };
  'GET /api/tunnels/NAME/why': { readonly response: WhyReport };
  'POST /api/tunnels/NAME/ACTION': {
    readonly body: object;
    readonly response: { readonly done: InspectorAction };
  };
}

/** What the page can ask for. */
export type InspectorAction = 'start' | 'restart' | 'stop' | 'probe';

/** Body of every answer with a status from 400 on. */
export interface InspectorErrorBody {
  readonly error: {
    readonly code:
      | 'bad-request'
      | 'forbidden'
      | 'not-found'
      | 'too-large'
      | 'misdirected'
      | 'unknown-tunnel'
      | 'too-many'
      | 'gone'
      | 'internal';
    /** One sentence: what, and what to do. */
    readonly message: string;
  };
}

/** What the page shows, and what it can do. */
export interface InspectorHello {
  /** `live`: tunnels that run now. `recording`: one that is played again. `actors`: machines of a user's own program. */
  readonly kind: 'live' | 'recording' | 'actors';
  readonly version: string;
  /** Of the process, or of the recording: such as `supervisor 4711 on gateway` or the name of a file. */
  readonly title: string;
  /** Actions that this source can carry out; empty for a recording. */
  readonly actions: readonly InspectorAction[];
}

/** A chart, and where everything of it stands. */
export interface DrawnChart {
  readonly chart: Chart;
  readonly layout: Layout;
}

/** One row of the list: a tunnel, or an actor of a user's program. */
export interface InspectorRow {
  readonly name: string;
  /** Id of its chart. */
  readonly chart: string;
  /** A {@link TunnelState}, or the innermost state of a user's machine. */
  readonly state: TunnelState | (string & {});
  /** Paths of all active states, outermost first. */
  readonly active: readonly string[];
  /** Ids of the transitions that were taken last. */
  readonly taken: readonly string[];
  /** Since when it is in `state`. */
  readonly sinceMs: number;
  /** Healthy, but a check fails. */
  readonly isDegraded: boolean;
  /** Its ssh does not answer, and is kept all the same. */
  readonly isSuspect: boolean;
  readonly needsAttention: boolean;
  readonly phase: ConnectionPhase | null;
  /** What it leads to, such as `me@bastion`; empty if that makes no sense. */
  readonly host: string;
  readonly starts: number;
  /** When the next start is due; `null` if none is planned. */
  readonly nextStartAtMs: number | null;
  readonly failureClass: FailureClass | null;
  /** Lower case, without a full stop. */
  readonly failureSentence: string | null;
  /** The answers of late, in milliseconds, oldest first; at most 60. */
  readonly roundTripsMs: readonly number[];
}

/** What the stream says, as JSON in `data`. */
export type StreamMessage =
  /** First: everything that is. Also after a change of the list of tunnels. */
  | { readonly type: 'all'; readonly atMs: number; readonly rows: readonly InspectorRow[] }
  /** At most ten times a second: the rows that changed, and what happened to the one that is watched. */
  | {
      readonly type: 'changed';
      readonly atMs: number;
      readonly rows: readonly InspectorRow[];
      /** Whose steps these are: the name that the stream was asked to watch; `null` if none was. */
      readonly watched: string | null;
      readonly steps: readonly Step[];
    }
  /** The other side ends: nothing more will come. */
  | { readonly type: 'ended'; readonly reason: string };

/** What happened to one, oldest first. */
export interface StepsAnswer {
  readonly name: string;
  /** The oldest moment that is still on record; `null` if nothing is. */
  readonly earliestMs: number | null;
  readonly steps: readonly Step[];
  /** Whether there were more than could be sent: the oldest are missing. */
  readonly isCut: boolean;
}
