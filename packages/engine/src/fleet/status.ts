import type { FailureClass, TunnelState } from '@holdfast/machines';
import type { ForwardKind } from '../forward/forward.ts';

// What a fleet says about itself. All of it is plain data that survives JSON; times are ISO 8601 in UTC.

/** How far an ssh that connects has come. */
export type ConnectionPhase = 'resolving' | 'connecting' | 'authenticating' | 'forwarding';

/** What went wrong last, until the tunnel has been healthy for a minute. */
export interface FailureStatus {
  readonly class: FailureClass;
  /** For people: lower case, without a full stop. */
  readonly sentence: string;
  /** What can be done about it. */
  readonly remedy?: string;
  /** What ssh wrote about it. */
  readonly line?: string;
  readonly at: string;
  /** How often this class struck since the tunnel was last healthy for a minute. */
  readonly times: number;
}

/** One forward of a tunnel. */
export interface ForwardStatus {
  readonly kind: ForwardKind;
  /** As ssh's -L, -R or -D takes it. */
  readonly text: string;
  /** Whether it is known to be there: ssh is up and nothing holds its place. */
  readonly isBound: boolean;
  /** Whether it was added by hand (`holdfast forward add`) and is not in the file. */
  readonly isExtra: boolean;
}

/** One check of a tunnel. */
export interface CheckStatus {
  /** Such as `tcp 127.0.0.1:5432`. */
  readonly question: string;
  readonly forward?: string;
  /** `null`: not asked yet. */
  readonly ok: boolean | null;
  /** Why it failed. */
  readonly problem?: string;
  /** When it was last asked. */
  readonly at: string | null;
}

/** What holds a start back, besides time. */
export type StartObstacle =
  | { readonly kind: 'tunnels'; readonly names: readonly string[] }
  /** So many connections to the same destination are on their way already. */
  | { readonly kind: 'host'; readonly destination: string; readonly starting: number };

/** All about one tunnel. */
export interface TunnelStatus {
  readonly name: string;
  readonly host: string;
  readonly tags: readonly string[];
  readonly after: readonly string[];
  readonly enabled: boolean;
  /** `stopped` also for a tunnel that was never started. */
  readonly state: TunnelState;
  /** Since when. */
  readonly since: string;
  /** Healthy, but a check fails. */
  readonly isDegraded: boolean;
  /** Whether it will hardly get better without people. */
  readonly needsAttention: boolean;
  /** While it connects; `null` else, and where the system does not tell. */
  readonly phase: ConnectionPhase | null;
  readonly pid: number | null;
  /** How often ssh was started. */
  readonly starts: number;
  /** When the next start is due; `null` if none is planned, or none by the clock. */
  readonly nextStartAt: string | null;
  readonly obstacle: StartObstacle | null;
  readonly failure: FailureStatus | null;
  /** Why it is `stopped` or `failed`; one sentence. */
  readonly end: string | null;
  /** Its name in the file of tunnels; `custom` for one of a program's own. */
  readonly heartbeat: string;
  /** Smoothed time of an answer; `null` before the first. */
  readonly roundTripMs: number | null;
  /** When the server was last heard. */
  readonly answeredAt: string | null;
  readonly forwards: readonly ForwardStatus[];
  readonly checks: readonly CheckStatus[];
}

/** All about a fleet. */
export interface FleetStatus {
  readonly at: string;
  readonly tunnels: readonly TunnelStatus[];
}

/** What happened to a tunnel, and what comes next. */
export interface WhyReport {
  readonly status: TunnelStatus;
  /** Whole sentences, with full stops: what is, which rule or class decided, what is next and when. */
  readonly sentences: readonly string[];
  /** What happened lately, oldest first. */
  readonly history: readonly { readonly at: string; readonly sentence: string }[];
}
