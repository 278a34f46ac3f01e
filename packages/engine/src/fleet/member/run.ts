import {
  rulesOf,
  type AdjustableSettings,
  type ConnectionSight,
  type FailureReport,
  type Slot,
  type TunnelContext,
  type TunnelInput,
} from '@holdfast/machines';
import { StartRefused, type SshCommand } from '../../child/command.ts';
import type { AskedSsh } from '../../program/ssh-settings.ts';
import type { ChallengerCommand } from '../../child/ssh-slots.ts';
import type { Forward, Listen } from '../../forward/forward.ts';
import { monotonicMs } from '../../clock.ts';
import { clearControlPath } from '../../heartbeat/mux.ts';
import { heldForwardFailure } from '../../listeners/held-forward-failure.ts';
import { findHeldForwards } from '../../listeners/held-forwards.ts';
import { ConnectionWatch } from '../../sight/connection-watch.ts';
import { superviseTunnel, type RunningTunnel } from '../../supervise-tunnel.ts';
import type { WatchedConnection } from '../../tunnel-actors.ts';
import type { ManagedSpec } from '../fleet-tunnel.ts';
import {
  aliveLimitSeconds,
  challengerArguments,
  foregroundSettings,
  managedArguments,
} from './ssh/command.ts';
import { controlPathOf } from './ssh/control-folder.ts';
import type { ForwardKeeper } from './forwards/forward-keeper.ts';
import type { TargetFailures } from './forwards/target-failures.ts';
import { createManagedHeartbeat, type ManagedHeartbeat } from './heartbeat.ts';
import { ownAddressFamily, ownsControlPath } from './ssh/own-options.ts';
import { RunSsh, type SshOfRun } from './ssh/run-ssh.ts';
import type { FleetShared } from './shared.ts';

/** Whose ssh is run: a tunnel, as it is to be now. */
export interface RunOwner {
  readonly name: string;
  readonly spec: ManagedSpec;
  readonly keeper: ForwardKeeper;
  readonly targets: TargetFailures;
  /** Those of its specification, and those that were opened by hand. */
  forwards(): readonly Forward[];
  /** Finds out whether a second login can be had, and tells the machine. Never rejects. */
  learnWitness(): Promise<void>;
  /** What of it the machine works with. */
  machineSettings(): ReturnType<typeof machineSettings>;
  /** Its ssh, as one asks it for its settings. */
  asked(): AskedSsh;
  /** Names the tunnel beside this one that has what the server refused. */
  named(refused: FailureReport, places: readonly Listen[]): FailureReport;
}

/** The list of this machine's addresses may be so old: one for the probes of all tunnels. */
const ADDRESSES_KEPT_MS = 500;

/** How long an ssh may take to log in before it is started again. */
const LOGIN_SECONDS = 30;
/** The same, when somebody may have to type a password. */
const TYPING_SECONDS = 180;

/** One life of a tunnel, from an operator's start to its end: one ssh after the other. */
export function superviseManaged(owner: RunOwner, shared: FleetShared): RunningTunnel {
  return new Run(owner, shared).tunnel;
}

/** What fills the holes of the machine of one life. */
class Run implements SshOfRun, WatchedConnection {
  readonly owner: RunOwner;
  readonly shared: FleetShared;
  readonly heartbeat: ManagedHeartbeat;
  readonly tunnel: RunningTunnel;
  /** Whether ssh's control socket is ours: the tunnel's own options say nothing else. */
  readonly isOurs: boolean;
  #watch: ConnectionWatch | undefined;
  /** Where its ssh listen, by their slots: the folder can change with each. */
  readonly #controlPaths: Record<Slot, string>;

  constructor(owner: RunOwner, shared: FleetShared) {
    const { spec, keeper } = owner;
    this.owner = owner;
    this.shared = shared;
    const pathOf = (slot: Slot) => controlPathOf(spec.name, shared.runtimeDir, slot);
    this.#controlPaths = { a: pathOf('a'), b: pathOf('b') };
    this.isOurs = !ownsControlPath(spec.options);
    // A heartbeat over forwards needs no control socket.
    const isImpossible = spec.heartbeat === 'mux' && !this.isOurs;
    this.heartbeat = createManagedHeartbeat(isImpossible ? 'none' : spec.heartbeat, this);
    this.tunnel = superviseTunnel({
      ...owner.machineSettings(),
      name: spec.name,
      parent: shared.root,
      rules: spec.ruleSet ?? 'holdfast',
      missesAllowed: 1,
      tellsReady: this.isOurs,
      aliveLimitSeconds: aliveLimitSeconds(spec.options),
      termGraceSeconds: 2,
      asksBeforeStart: true,
      firstPollSeconds: shared.isInteractive ? TYPING_SECONDS : LOGIN_SECONDS,
      command: () => this.#command(),
      challenger: (slot) => this.#challenger(slot),
      launch: shared.launchFor(spec.name),
      connection: this,
      chance: shared.chance,
      heartbeat: this.heartbeat.driver,
      verify: (pid, sinceMs) => (pid === undefined ? undefined : keeper.verify(pid, sinceMs)),
    });
    const { close } = this.heartbeat;
    if (close !== undefined) this.tunnel.ended.finally(close).catch(ignore);
  }

  get context(): TunnelContext {
    return this.tunnel.actor.getSnapshot().context;
  }

  /** Where the ssh of now listens. */
  get controlPath(): string {
    return this.#controlPaths[this.context.carrier];
  }

  /** How long an ssh that is started now is kept when it is silent; 0 if it is not watched: then ssh's own net is the only one. */
  get watchedSeconds(): number {
    const { settings, untaken } = this.context;
    return untaken.phase === 'asked' ? settings.patienceSeconds : 0;
  }

  /** The ssh of now has logged in: from here on its connection is watched, if anybody will want to know. */
  loggedIn(): void {
    const { pid, settings } = this.context;
    if (pid === null || settings.patienceSeconds === 0) return;
    this.#watch = new ConnectionWatch(pid, this.controlPath);
    void this.owner.learnWitness();
  }

  answered(): void {
    this.#watch?.answered();
  }

  hasAddress(): boolean {
    return this.#watch?.hasAddress(monotonicMs() - ADDRESSES_KEPT_MS) ?? true;
  }

  async sight(sentMs: number): Promise<ConnectionSight | null> {
    return (await this.#watch?.sight(sentMs)) ?? null;
  }

  /** Those that others hold before ssh starts, or because of which it ended. */
  heldForwards(): FailureReport | undefined {
    const family = ownAddressFamily(this.owner.spec.options);
    const held = findHeldForwards(this.owner.forwards(), undefined, undefined, family);
    return heldForwardFailure(held);
  }

  /** Asked before each start. */
  #command(): SshCommand | Promise<SshCommand> {
    const { keeper } = this.owner;
    this.#readyPath('a');
    this.#watch = undefined;
    keeper.begin();
    const { last } = this.context.failures;
    // To look costs milliseconds, so that it is done only where it is likely to help: it spares the server a login in vain.
    if (last?.class === 'local-port-held') this.#refuse(this.heldForwards());
    const sockets = this.owner.forwards().filter(({ listen }) => listen.kind === 'unix');
    if (sockets.length === 0) return this.#begin();
    return keeper.makeWay(sockets, last?.line).then((failure) => {
      this.#refuse(failure);
      return this.#begin();
    });
  }

  /** Asked when the ssh that runs is silent: one without forwards, which takes its place if need be. */
  #challenger(slot: Slot): ChallengerCommand {
    return challengerCommand(this, slot, this.#readyPath(slot));
  }

  /** Makes way for a control socket. */
  #readyPath(slot: Slot): string {
    this.shared.readyFolder();
    const path = controlPathOf(this.owner.name, this.shared.runtimeDir, slot);
    this.#controlPaths[slot] = path;
    clearControlPath(path);
    return path;
  }

  #refuse(failure: FailureReport | undefined): void {
    if (failure === undefined) return;
    throw new StartRefused(failure);
  }

  #begin(): SshCommand | Promise<SshCommand> {
    const forwards = this.heartbeat.renew();
    return forwards instanceof Promise
      ? forwards.then((own) => commandOf(this, own))
      : commandOf(this, forwards);
  }
}

/** What every ssh of a run is started with. */
function usualCommand({ owner, shared, isOurs }: Run, controlPath: string) {
  return {
    file: shared.ssh,
    tunnel: owner.name,
    env: shared.env,
    // It has no terminal, and one that is stopped would keep its ports.
    deathSignal: 'KILL',
    // In a session of its own it could ask nothing at the terminal.
    endsWithSsh: shared.isInteractive ? 'descendants' : 'group',
    ignores: shared.ignores,
    readyPath: isOurs ? controlPath : undefined,
  } as const satisfies Partial<SshCommand>;
}

function commandOf(run: Run, heartbeatForwards: readonly Forward[]): SshCommand {
  const { owner, shared, controlPath } = run;
  const ssh = new RunSsh(run, 'a', heartbeatForwards);
  return {
    ...usualCommand(run, controlPath),
    args: managedArguments(owner.spec, {
      controlPath,
      forwards: ssh.forwards.filter((forward) => !ssh.isLate(forward)),
      isInteractive: shared.isInteractive,
      patienceSeconds: run.watchedSeconds,
      more: foregroundSettings(shared.ssh, shared.env),
    }),
    prepare: () => ssh.prepare(),
    lastWords: () => ssh,
  };
}

function challengerCommand(run: Run, slot: Slot, controlPath: string): ChallengerCommand {
  const { owner, shared } = run;
  const ssh = new RunSsh(run, slot, []);
  const more = foregroundSettings(shared.ssh, shared.env);
  return {
    ...usualCommand(run, controlPath),
    args: challengerArguments(owner.spec, {
      controlPath,
      patienceSeconds: run.watchedSeconds,
      more,
    }),
    adopt: () => ssh.adopt(),
    lastWords: () => ssh,
  };
}

/** How long a tunnel about which nothing was said keeps an ssh that is silent: with a second one beside it, and without. */
const PATIENCE_MS = { withWitness: 300_000, alone: 60_000 } as const;

/**
 * The part of a specification that the machine works with, and that can be changed while it runs.
 *
 * @param hasWitness - whether a second login can be had unattended.
 */
export function machineSettings(
  spec: ManagedSpec,
  hasWitness: boolean,
): Required<Pick<TunnelInput, keyof AdjustableSettings>> {
  const { pollMs, rules, patienceMs } = spec;
  return {
    gateSeconds: rules.gateMs / 1000,
    pollSeconds: pollMs / 1000,
    maxStarts: rules.maxStarts,
    restartIntensity: rules.restart === 'unlimited' ? null : rules.restart,
    challenges: hasWitness && spec.challenge,
    patienceSeconds: isPatient(spec) ? (patienceMs ?? PATIENCE_MS.withWitness) / 1000 : 0,
    patienceAloneSeconds: (patienceMs ?? PATIENCE_MS.alone) / 1000,
  };
}

/** Whether a silent ssh is doubted: by the rules of fleets, with a heartbeat that costs nothing and needs no forward. */
function isPatient({ heartbeat, ruleSet = 'holdfast', options }: ManagedSpec): boolean {
  const { waitsBy } = rulesOf({ rules: ruleSet });
  return heartbeat === 'mux' && waitsBy === 'failure-class' && !ownsControlPath(options);
}

function ignore(): void {
  // on purpose
}
