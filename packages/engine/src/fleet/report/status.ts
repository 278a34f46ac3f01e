import type { FailureReport, TunnelState } from '@holdfast/machines';
import type { ForwardKind } from '../../forward/forward.ts';

// What a fleet says about itself. All of it is plain data that survives JSON; times are ISO 8601 in UTC.

/** How far an ssh that connects has come. */
export type ConnectionPhase = 'resolving' | 'connecting' | 'authenticating' | 'forwarding';

/** What went wrong last, until the tunnel has been healthy for a minute. */
export interface FailureStatus extends FailureReport {
  /** When. */
  readonly at: string;
  /** How often this class struck since the tunnel was last healthy for a minute. */
  readonly times: number;
}

/** One forward of a tunnel. */
export interface ForwardStatus {
  /** ssh's -L, -R or -D. */
  readonly kind: ForwardKind;
  /** As ssh's -L, -R or -D takes it. */
  readonly text: string;
  /** Whether it is there: ssh itself listens for it, or the server granted it. Where the system does not tell, as ssh says. */
  readonly isBound: boolean;
  /** Why it is not there, while ssh carries traffic. */
  readonly problem?: string;
  /** What can be done about that. */
  readonly remedy?: string;
  /** The port that the server chose, of a remote forward with port 0. */
  readonly port?: number;
  /** Whether it was added by hand (`holdfast forward add`) and is not in the file. */
  readonly isExtra: boolean;
  /** Whether ssh_config adds it to those of the tunnel; absent if it does not. */
  readonly isOfSshConfig?: true;
}

/** One check of a tunnel. */
export interface CheckStatus {
  /** Such as `tcp 127.0.0.1:5432`. */
  readonly question: string;
  /** The forward that it is about, if it is about one. */
  readonly forward?: string;
  /** `null`: not asked yet. */
  readonly ok: boolean | null;
  /** Why it failed. */
  readonly problem?: string;
  /** When it was last asked. */
  readonly at: string | null;
}

/** A connection through a forward that led nowhere: what ssh said about it in the last ten minutes. Equal ones are counted. */
export interface TargetFailureStatus {
  /** As ssh's command line has it, where it is clear which it was. */
  readonly forward?: string;
  /** For people: lower case, without a full stop. */
  readonly sentence: string;
  /** What can be done about it. */
  readonly remedy?: string;
  /** What ssh wrote about the first. */
  readonly line: string;
  readonly times: number;
  /** When it last happened. */
  readonly at: string;
}

/** What holds a start back, besides time. */
export type StartObstacle =
  | { readonly kind: 'tunnels'; readonly names: readonly string[] }
  /** So many connections to the same destination are being set up already. */
  | { readonly kind: 'host'; readonly destination: string; readonly starting: number };

/** An ssh that carried traffic, and does not answer: it is kept all the same, and asked again. */
export interface SuspectStatus {
  /** Since when it has not answered. */
  readonly since: string;
  /** Whether it has been for so long that the tunnel does not count as healthy: 5 s. */
  readonly isLasting: boolean;
  /** What has come of a second connection, which tells whether the path works. */
  readonly challenger: 'none' | 'trying' | 'in';
  /** Why the last one did not get through, or why none is tried; absent where nothing is in the way. For people. */
  readonly obstacle?: string;
  /** When ssh is given up, if it has not answered by then; a challenger that is in then takes its place. */
  readonly until: string;
}

/** All about one tunnel. */
export interface TunnelStatus {
  readonly name: string;
  /** Where ssh connects to. */
  readonly host: string;
  /** As in its specification. */
  readonly tags: readonly string[];
  /** The tunnels that must be healthy first. */
  readonly after: readonly string[];
  /** Whether it is started with the others. */
  readonly enabled: boolean;
  /** Whether `/readyz` of the supervisor asks for its health. */
  readonly required: boolean;
  /** `stopped` also for a tunnel that was never started. */
  readonly state: TunnelState;
  /** Since when; of a connected tunnel, since when it is healthy, degraded, or waits for its checks. */
  readonly since: string;
  /**
   * Whether all is well: ssh has proved that it carries traffic, every forward is there, each check has passed and passes, and it has not
   * been suspect for longer than 5 s.
   */
  readonly isHealthy: boolean;
  /** `null` while its ssh answers, or is not asked. */
  readonly suspect: SuspectStatus | null;
  /** ssh carries traffic, but a check fails, or a forward is lost. */
  readonly isDegraded: boolean;
  /** Whether it is unlikely to recover without people. */
  readonly needsAttention: boolean;
  /** While it connects; `null` else, and where the system does not tell. */
  readonly phase: ConnectionPhase | null;
  /** The ssh that runs; `null` if none does. */
  readonly pid: number | null;
  /** How often ssh was started. */
  readonly starts: number;
  /** When the next start is due; `null` if none is planned, or none by the clock. */
  readonly nextStartAt: string | null;
  /** What holds its next start back; `null` if nothing but time does. */
  readonly obstacle: StartObstacle | null;
  /** What went wrong last; `null` if nothing did, or it is forgiven. */
  readonly failure: FailureStatus | null;
  /** Why it is `stopped` or `failed`; one sentence. */
  readonly end: string | null;
  /** Its name in the tunnels file; `custom` for one of a program's own. */
  readonly heartbeat: string;
  /** Why it is not asked at present although it has a heartbeat; absent where it is, or has none. For people. */
  readonly unasked?: string;
  /** Smoothed time of an answer; `null` before the first. */
  readonly roundTripMs: number | null;
  /** When the server was last heard. */
  readonly answeredAt: string | null;
  /** Those of its specification, then those that were opened by hand, and then what ssh_config adds. */
  readonly forwards: readonly ForwardStatus[];
  /** Why connections through its forwards led nowhere. The tunnel is healthy all the same. */
  readonly targetFailures: readonly TargetFailureStatus[];
  /** What each said last. */
  readonly checks: readonly CheckStatus[];
}

/** A file or a folder of the supervisor that it cannot use at present. */
export interface UnusablePlace {
  readonly path: string;
  /** In the words of the system. */
  readonly problem: string;
  readonly since: string;
}

/** All about a fleet. */
export interface FleetStatus {
  /** When that was so. */
  readonly at: string;
  /** In the order they were given. */
  readonly tunnels: readonly TunnelStatus[];
  /** What was told with `place.unusable` and holds: its event log on a full disk, say. Absent where there is none. */
  readonly unusable?: readonly UnusablePlace[];
}

/** What happened to a tunnel, and what comes next. */
export interface WhyReport {
  /** How it is now. */
  readonly status: TunnelStatus;
  /** Whole sentences, with full stops: what is, which rule or class decided, what is next and when. */
  readonly sentences: readonly string[];
  /** What happened lately, oldest first. */
  readonly history: readonly { readonly at: string; readonly sentence: string }[];
}
