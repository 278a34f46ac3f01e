import type { SshExit } from '../rules/exit-status.ts';
import type { FailureClass, FailureCounts, FailureVerdict } from '../rules/failure-policy.ts';
import type { RoundTrip } from '../rules/probe-timeout.ts';
import type { Intensity } from '../rules/restart-intensity.ts';
import type { RuleSet, RuleSetName } from '../rules/rule-set.ts';
import type { ConnectionSight } from '../rules/second-witness.ts';
import type { ProbeTaking } from '../rules/untaken-probes.ts';

/** The settings of one tunnel: the facts that its rules work on. */
export interface TunnelSettings {
  /** What the tunnel is called; the actors in its holes are told. Default: `tunnel`. */
  readonly name: string;
  /** Which rule set decides: one of `RULE_SETS` by its name, or one of your own. Default: `classic`. */
  readonly rules: RuleSetName | RuleSet;
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
  /**
   * How long an ssh that was proved may be silent before it is ended, where a second one can be asked; 0: probes that were missed are
   * counted instead. Default: 0.
   */
  readonly patienceSeconds: number;
  /** The same, where none can. Default: 60. */
  readonly patienceAloneSeconds: number;
  /** Whether a second ssh, the challenger, is started beside one that is silent. It needs `patienceSeconds`. Default: false. */
  readonly challenges: boolean;
  /** Whether ssh is started again after probes that were missed, or that it may have ended of; if not, the tunnel has failed then. Default: true. */
  readonly restartsWhenSilent: boolean;
  /**
   * After how many seconds ssh itself ends a connection whose server is silent (`ServerAliveInterval` times `ServerAliveCountMax`, and a
   * bit more); 0: never. A server that ends ssh at its first probe, or (if it is not 0) is silent to it, is left unasked. `null`: every
   * ssh is asked, whatever comes of it. Default: `null`.
   */
  readonly aliveLimitSeconds: number | null;
  /**
   * Whether `child.ready` is told of every ssh that logs in. Then an ssh is neither asked nor believed before, and is ended if it has
   * not logged in by the time of its first probe. Default: false.
   */
  readonly tellsReady: boolean;
  /** How many restarts are allowed in what time; with one more the tunnel has failed. `null`: any. Default: `null`. */
  readonly restartIntensity: Intensity | null;
  /** Whether each start waits for `start.granted`: for whoever runs many tunnels. Default: false. */
  readonly asksBeforeStart: boolean;
  /** How long ssh may take to obey SIGTERM before it gets SIGKILL. Default: 5. */
  readonly termGraceSeconds: number;
  /** How long ssh may take to die of SIGKILL before it is abandoned. Default: 2. */
  readonly killGraceSeconds: number;
}

/** All reasons to end a running ssh. */
export const STOP_REASONS = [
  'operator-stop',
  'operator-restart',
  'lifetime-over',
  'login-timed-out',
  'heartbeat-missed',
  'forward-refused',
  'check-failed',
] as const;

/** Why a running ssh is being ended by its supervisor. */
export type StopReason = (typeof STOP_REASONS)[number];

/**
 * Why a tunnel ended.
 *
 * | class | means |
 * |---|---|
 * | `ssh-finished` | ssh exited with status 0, or as a rule set of one's own calls done |
 * | `starts-used-up` | the maximum of starts was reached |
 * | `lifetime-over` | the lifetime was reached |
 * | `operator-stop` | somebody asked for it |
 * | `premature-exit` | the first ssh ended inside the gate time |
 * | `bad-status` | ssh exited with a status that the rules do not restart on |
 * | `connection-silent` | probes were missed, and ssh was not to be started again for that |
 * | `ended-at-probe` | ssh ended while its first probe was out, and was not to be started again for that |
 * | `deliberate-signal` | ssh was killed by a signal that counts as somebody's will |
 * | `ssh-not-runnable` | ssh could not be executed |
 * | `ssh-unstoppable` | ssh outlived SIGKILL and was left behind |
 * | `hopeless` | what went wrong will not pass by itself |
 * | `restarts-too-frequent` | there were more restarts in a time than allowed |
 */
export type EndClass =
  | 'ssh-finished'
  | 'starts-used-up'
  | 'lifetime-over'
  | 'operator-stop'
  | 'premature-exit'
  | 'bad-status'
  | 'connection-silent'
  | 'ended-at-probe'
  | 'deliberate-signal'
  | 'ssh-not-runnable'
  | 'ssh-unstoppable'
  | 'hopeless'
  | 'restarts-too-frequent';

/** What went wrong with an ssh, as whoever read its last words understood it. */
export interface FailureReport {
  /** Which policy it has: see `FAILURE_POLICIES`. */
  readonly class: FailureClass;
  /** For people: lower case, without a full stop. */
  readonly sentence: string;
  /** What can be done about it. */
  readonly remedy?: string;
  /** What ssh wrote about it. */
  readonly line?: string;
}

/** What a tunnel is made from: any of the settings, the rest by default. */
export type TunnelInput = Partial<TunnelSettings>;

/** What a tunnel remembers of its failures; nothing ever goes wrong where the rules count tries only. */
export interface TunnelFailures {
  /** How often each class has struck since the tunnel was last healthy for long. */
  readonly counts: FailureCounts;
  /** What went wrong last; `null` before anything did. */
  readonly last: FailureReport | null;
  /** What the policy says of it. */
  readonly verdict: FailureVerdict;
  /** Milliseconds that it asks to wait. */
  readonly waitMs: number;
  /** The restarts of late, as the restart intensity counts them. */
  readonly recentRestartsMs: readonly number[];
}

/** The two places for an ssh of a tunnel: one has the tunnel's own, the other a challenger. */
export type Slot = 'a' | 'b';

/** The ssh that was started beside a silent one: it has no forwards, and asks for nothing but a login. */
export interface Challenger {
  /** `null` until it runs. */
  readonly pid: number | null;
  /** Whether it has logged in. */
  readonly isIn: boolean;
  /** Whether it was sent away: it ends when its login is through. */
  readonly isLeaving: boolean;
}

/** What is known of an ssh that was proved and does not answer. */
export interface Doubt {
  /** When the first probe was sent that it has not answered; `null` where the heartbeat does not tell. */
  readonly silentSinceMs: number | null;
  /** What was last seen of its connection; `null`: it cannot be read. */
  readonly sight: ConnectionSight | null;
  /** How many challengers came to nothing. */
  readonly attempts: number;
  /** Milliseconds until the next one may be tried. */
  readonly waitMs: number;
  /** Milliseconds that the old ssh has left once a challenger is in. */
  readonly graceMs: number;
  /** Milliseconds in which it would be heard again if it lived, once it is known that the path works. */
  readonly resumeMs: number;
  /** Whether it had that time, and was not heard. */
  readonly isOverdue: boolean;
}

/** The facts a tunnel remembers. All of it is plain data, so that it prints and persists. */
export interface TunnelContext {
  /** What it was started with, and what was changed since. */
  readonly settings: TunnelSettings;
  /** How often ssh was started. */
  readonly starts: number;
  /** Quick deaths in a row (autossh's "tries"). */
  readonly tries: number;
  /** Probes missed in a row. */
  readonly misses: number;
  /** What is known of an ssh that is suspect; `null` while none is. */
  readonly doubt: Doubt | null;
  /** In which slot the tunnel's own ssh is. */
  readonly carrier: Slot;
  /** Who is in the other one; `null`: nobody. */
  readonly challenger: Challenger | null;
  /** Whether a challenger of the present ssh may get in: false once one came to nothing for a reason that stays. */
  readonly hasWitness: boolean;
  /** Whether probes make sense: false without a heartbeat, and after `heartbeat.impossible`. */
  readonly probes: boolean;
  /** What went wrong so far. */
  readonly failures: TunnelFailures;
  /** Whether the present ssh has told that it has logged in. */
  readonly hasLoggedIn: boolean;
  /** Whether the present ssh has yet to be asked, was asked and has not answered, or has answered. */
  readonly firstProbe: 'due' | 'out' | 'over';
  /** What is known of whether the server takes probes. */
  readonly untaken: ProbeTaking;
  /** Why the last probe of the present ssh never left this machine; `null` if it did, or none was sent. */
  readonly unsent: string | null;
  /** What the present ssh's probes say about the round trip. */
  readonly roundTrip: RoundTrip | null;
  /** When the present ssh first proved that it carries traffic; `null` before. */
  readonly provedAtMs: number | null;
  /** When it last did. */
  readonly answeredAtMs: number | null;
  /** The ssh that runs, or `null`. */
  readonly pid: number | null;
  /** When the last ssh was started, on the clock of the events. */
  readonly startedAtMs: number;
  /** Why ssh is being ended; `null` while nobody ends it. */
  readonly stopReason: StopReason | null;
  /** Why the tunnel ended; `null` while it lives. */
  readonly end: TunnelEnd | null;
}

/** Whose event it is. */
export interface OfSlot {
  /** The slot of the ssh that it is about. Default: `a`, where the only ssh is of a tunnel that has no challengers. */
  readonly slot?: Slot;
}

/** ssh runs. */
export interface ChildSpawned extends OfSlot {
  readonly type: 'child.spawned';
  readonly pid: number;
  /** Time of the event in milliseconds, on a clock that never goes back. */
  readonly atMs: number;
}

/** ssh ended and was waited for. */
export interface ChildExited extends SshExit, OfSlot {
  readonly type: 'child.exited';
  /** Time of the event in milliseconds, on a clock that never goes back. */
  readonly atMs: number;
  /** What went wrong, if anybody read ssh's last words. */
  readonly failure?: FailureReport;
  /** A random number from 0 to 1 for the next wait: the machine itself is deterministic. Default: 0.5. */
  readonly chance?: number;
}

/** ssh could not be executed at all. */
export interface ChildUnrunnable extends OfSlot, Pick<ChildExited, 'failure' | 'chance'> {
  readonly type: 'child.unrunnable';
  /** What the system said, such as `/no/ssh: No such file or directory`. */
  readonly reason: string;
  /** Time of the event in milliseconds; without it the failure is not counted. */
  readonly atMs?: number;
}

/** A forward that the tunnel or its heartbeat needs was refused at either end. */
export interface ForwardRefused extends OfSlot {
  readonly type: 'forward.refused';
  /** The port, where it is known. */
  readonly port?: number;
  /** What went wrong, if anybody read it. */
  readonly failure?: FailureReport;
}

/** What the ssh actor tells the tunnel. */
export type ChildEvent = ChildSpawned | ChildExited | ChildUnrunnable | ChildReady | ForwardRefused;

/** ssh has logged in and set up its forwards: time for the first probe. A challenger has logged in, and has none. */
export interface ChildReady extends OfSlot {
  readonly type: 'child.ready';
  /** Time of the event in milliseconds, on a clock that never goes back. */
  readonly atMs: number;
  /** Of a challenger: what is seen of the connection of the other ssh. Default: it cannot be read. */
  readonly sight?: ConnectionSight | null;
}

/** What the tunnel tells the ssh actor. */
export type ChildCommand =
  | {
      readonly type: 'child.signal';
      /** Whose ssh. */
      readonly slot: Slot;
      /** What it is to be sent. */
      readonly signal: 'SIGTERM' | 'SIGKILL';
    }
  /** A challenger is to be started in this slot. One that was sent away, and is still there, stays. */
  | { readonly type: 'child.challenge'; readonly slot: Slot }
  /** The challenger in this slot is not needed: it is ended as soon as its login is through. */
  | { readonly type: 'child.dismiss'; readonly slot: Slot }
  /** The challenger in this slot is the tunnel's ssh from now on: its forwards are opened, then it is ready. */
  | { readonly type: 'child.adopt'; readonly slot: Slot };

/** What the ssh actor is started with. */
export interface ChildInput {
  /** Name of the tunnel. */
  readonly tunnel: string;
  /** Number of this start, counted from 1. */
  readonly start: number;
}

/** What the heartbeat actor tells the tunnel: one answer for every probe. */
export type HeartbeatEvent =
  | {
      readonly type: 'heartbeat.answered';
      readonly atMs?: number;
      /** How long the answer took, if the heartbeat measures it. */
      readonly roundTripMs?: number;
    }
  | HeartbeatMissed
  | { readonly type: 'heartbeat.impossible'; readonly reason: string }
  /** The probe never left this machine (no descriptor, no memory, no control socket): that proves nothing about the far end. */
  | { readonly type: 'heartbeat.unsent'; readonly reason: string };

/** Nobody answered in time. */
export interface HeartbeatMissed {
  readonly type: 'heartbeat.missed';
  readonly reason: string;
  /** Time of the event in milliseconds, on a clock that never goes back. */
  readonly atMs?: number;
  /** How long nobody has answered by now: since the first probe was sent that has no answer. */
  readonly silentMs?: number;
  /** What is seen of ssh's connection. Default: it cannot be read. */
  readonly sight?: ConnectionSight | null;
}

/** What the tunnel tells the heartbeat actor. */
export interface HeartbeatCommand {
  readonly type: 'heartbeat.probe';
  /** How long the answer may take, where the rules say so. Default: as the heartbeat thinks best. */
  readonly timeoutMs?: number;
}

/** What an operator, or the system in his place, can ask for. */
export type OperatorEvent =
  /** End ssh, then the tunnel. `signal` names what carried the order. */
  | { readonly type: 'tunnel.stop'; readonly signal?: string }
  /** End ssh and start it again; while waiting: start now. */
  | { readonly type: 'tunnel.restart' }
  /** While waiting: start now. Else nothing. */
  | { readonly type: 'tunnel.retry' }
  /** Ask now whether the tunnel carries traffic, instead of at the next poll time. It ends no wait. */
  | { readonly type: 'tunnel.probe' }
  /** The machine woke, or its network changed: probe now; while waiting: start now. */
  | { readonly type: 'network.changed' }
  /** The start that was asked for may begin: see `asksBeforeStart`. */
  | { readonly type: 'start.granted' }
  /** The challenger that was asked for may be started: see `challenges`. */
  | { readonly type: 'challenger.granted' }
  | HostAnswered
  /** Keys may have changed: a wait for them is over. */
  | { readonly type: 'credentials.changed' }
  /** A question put through the tunnel got no answer, and whoever asked wants a new ssh for that. */
  | { readonly type: 'check.failed'; readonly reason: string }
  | { readonly type: 'settings.changed'; readonly settings: Partial<AdjustableSettings> };

/** Another tunnel to the same host got through: the path there works, and a wait for the host is over. */
export interface HostAnswered {
  readonly type: 'host.answered';
  /** Time of the event in milliseconds, on a clock that never goes back; without it, what was seen at the last missed probe holds. */
  readonly atMs?: number;
  /** Of a silent ssh: what is seen of its connection. Default: it cannot be read. */
  readonly sight?: ConnectionSight | null;
}

/** What can be changed while a tunnel lives; it counts from the next time on that it is asked for. */
export type AdjustableSettings = Pick<
  TunnelSettings,
  | 'gateSeconds'
  | 'pollSeconds'
  | 'maxStarts'
  | 'restartIntensity'
  | 'challenges'
  | 'patienceSeconds'
  | 'patienceAloneSeconds'
>;

/** Everything that can happen to a tunnel. */
export type TunnelEvent =
  ChildEvent | HeartbeatEvent | OperatorEvent | { readonly type: 'lifetime.over' };

/** How a tunnel ended: the machine's output. */
export interface TunnelEnd {
  /** Why, in one of a few words. */
  readonly class: EndClass;
  /** Exit status for a program that is this tunnel. */
  readonly exitStatus: 0 | 1;
  /** One sentence for people. */
  readonly sentence: string;
}

/** The output of the tunnel machine. */
export type TunnelOutput = TunnelEnd;
