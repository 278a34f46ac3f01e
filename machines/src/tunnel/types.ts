import type { ExitVerdict, SshExit } from '../rules/exit-status.ts';
import type { RuleSetName } from '../rules/rule-set.ts';

/** The settings of one tunnel: the facts that its rules work on. */
export interface TunnelSettings {
  /** What the tunnel is called; the actors in its holes are told. Default: `tunnel`. */
  readonly name: string;
  /** Which rule set decides. Default: `classic`. */
  readonly rules: RuleSetName;
  /** How long the first ssh must live before its end stops being fatal; 0 = no gate. Default: 30. */
  readonly gateSeconds: number;
  /** Time between probes, and the measure of the grace time. Default: 600. */
  readonly pollSeconds: number;
  /** Time from the start of an ssh to its first probe. Default: 600. */
  readonly firstPollSeconds: number;
  /** How often ssh may be started; negative = no limit. Default: -1. */
  readonly maxStarts: number;
  /** How long the tunnel may exist; 0 = no limit. Default: 0. */
  readonly lifetimeSeconds: number;
  /** Whether probes are sent at all. Default: false. */
  readonly hasHeartbeat: boolean;
  /** How many probes in a row may be missed before ssh counts as dead. Default: 0. */
  readonly missesAllowed: number;
  /** How long ssh may take to obey SIGTERM before it gets SIGKILL. Default: 5. */
  readonly termGraceSeconds: number;
  /** How long ssh may take to die of SIGKILL before it is abandoned. Default: 2. */
  readonly killGraceSeconds: number;
}

/** Why a running ssh is being ended by its supervisor. */
export type StopReason =
  'operator-stop' | 'operator-restart' | 'lifetime-over' | 'heartbeat-missed' | 'forward-refused';

/**
 * Why a tunnel ended.
 *
 * | class | means |
 * |---|---|
 * | `ssh-finished` | ssh exited with status 0 |
 * | `starts-used-up` | the maximum of starts was reached |
 * | `lifetime-over` | the lifetime was reached |
 * | `operator-stop` | somebody asked for it |
 * | `premature-exit` | the first ssh ended inside the gate time |
 * | `bad-status` | ssh exited with a status that the rules do not restart on |
 * | `deliberate-signal` | ssh was killed by a signal that counts as somebody's will |
 * | `ssh-not-runnable` | ssh could not be executed |
 * | `ssh-unstoppable` | ssh outlived SIGKILL and was left behind |
 */
export type EndClass =
  | 'ssh-finished'
  | 'starts-used-up'
  | 'lifetime-over'
  | 'operator-stop'
  | 'premature-exit'
  | 'bad-status'
  | 'deliberate-signal'
  | 'ssh-not-runnable'
  | 'ssh-unstoppable';

/** What a tunnel is made from: any of the settings, the rest by default. */
export type TunnelInput = Partial<TunnelSettings>;

/** The facts a tunnel remembers. All of it is plain data, so that it prints and persists. */
export interface TunnelContext {
  readonly settings: TunnelSettings;
  /** How often ssh was started. */
  readonly starts: number;
  /** Quick deaths in a row (autossh's "tries"). */
  readonly tries: number;
  /** Probes missed in a row. */
  readonly misses: number;
  /** Whether probes make sense: false without a heartbeat, and after `heartbeat.impossible`. */
  readonly probes: boolean;
  /** The ssh that runs, or `null`. */
  readonly pid: number | null;
  /** When the last ssh was started, on the clock of the events. */
  readonly startedAtMs: number;
  /** Why ssh is being ended; `null` while nobody ends it. */
  readonly stopReason: StopReason | null;
  /** Why the tunnel ended; `null` while it lives. */
  readonly end: TunnelEnd | null;
}

/** ssh runs. */
export interface ChildSpawned {
  readonly type: 'child.spawned';
  readonly pid: number;
  /** Time of the event in milliseconds, on a clock that never goes back. */
  readonly atMs: number;
}

/** ssh ended and was waited for. */
export interface ChildExited extends SshExit {
  readonly type: 'child.exited';
  readonly atMs: number;
}

/** ssh could not be executed at all. */
export interface ChildUnrunnable {
  readonly type: 'child.unrunnable';
  /** What the system said, such as `/no/ssh: No such file or directory`. */
  readonly reason: string;
}

/** What the ssh actor tells the tunnel. */
export type ChildEvent =
  | ChildSpawned
  | ChildExited
  | ChildUnrunnable
  /** A forward that the heartbeat needs was refused at either end. */
  | { readonly type: 'forward.refused'; readonly port: number };

/** What the tunnel tells the ssh actor. */
export interface ChildCommand {
  readonly type: 'child.signal';
  readonly signal: 'SIGTERM' | 'SIGKILL';
}

/** What the ssh actor is started with. */
export interface ChildInput {
  /** Name of the tunnel. */
  readonly tunnel: string;
  /** Number of this start, counted from 1. */
  readonly start: number;
}

/** What the heartbeat actor tells the tunnel: one answer for every probe. */
export type HeartbeatEvent =
  | { readonly type: 'heartbeat.answered' }
  | { readonly type: 'heartbeat.missed'; readonly reason: string }
  | { readonly type: 'heartbeat.impossible'; readonly reason: string };

/** What the tunnel tells the heartbeat actor. */
export interface HeartbeatCommand {
  readonly type: 'heartbeat.probe';
}

/** What an operator, or the system in his place, can ask for. */
export type OperatorEvent =
  /** End ssh, then the tunnel. `signal` names what carried the order. */
  | { readonly type: 'tunnel.stop'; readonly signal?: string }
  /** End ssh and start it again; while waiting: start now. */
  | { readonly type: 'tunnel.restart' }
  /** While waiting: start now. Else nothing. */
  | { readonly type: 'tunnel.retry' }
  /** The machine woke, or its network changed: probe now; while waiting: start now. */
  | { readonly type: 'network.changed' };

/** Everything that can happen to a tunnel. */
export type TunnelEvent =
  ChildEvent | HeartbeatEvent | OperatorEvent | { readonly type: 'lifetime.over' };

/** What a tunnel tells the world: facts for logs and for whoever watches. */
export type TunnelEmitted =
  /** The next start is due, after so many seconds. */
  | { readonly type: 'backoff.began'; readonly tries: number; readonly graceSeconds: number }
  | { readonly type: 'start.began'; readonly start: number; readonly maxStarts: number }
  | {
      readonly type: 'start.succeeded';
      readonly pid: number;
      /** When the first probe is due, or the tunnel looks at ssh for the first time. */
      readonly firstPollSeconds: number;
    }
  | { readonly type: 'probe.began' }
  | { readonly type: 'probe.answered'; readonly pid: number | null; readonly pollSeconds: number }
  | { readonly type: 'probe.missed'; readonly reason: string }
  | { readonly type: 'probe.impossible'; readonly reason: string }
  | {
      readonly type: 'child.ended';
      readonly exit: SshExit;
      readonly verdict: ExitVerdict;
      readonly premature: boolean;
    }
  | {
      readonly type: 'stop.began';
      readonly reason: StopReason;
      readonly pid: number | null;
      readonly signal: string | null;
    }
  | { readonly type: 'child.killed'; readonly pid: number | null }
  | { readonly type: 'child.abandoned'; readonly pid: number | null }
  | { readonly type: 'tunnel.ended'; readonly end: TunnelEnd };

/** How a tunnel ended: the machine's output. */
export interface TunnelEnd {
  readonly class: EndClass;
  /** Exit status for a program that is this tunnel. */
  readonly exitStatus: 0 | 1;
  /** One sentence for people. */
  readonly sentence: string;
}

/** The output of the tunnel machine. */
export type TunnelOutput = TunnelEnd;
