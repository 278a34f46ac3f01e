import { existsSync } from 'node:fs';
import type { FailureReport, StopReason, TunnelContext, TunnelInput } from '@holdfast/machines';
import {
  StartRefused,
  type ChildEnd,
  type LastWords,
  type SshCommand,
} from '../../child/command.ts';
import type { AskedSsh } from '../../child/ssh-settings.ts';
import { createLastWords, type LastWordsSettings } from '../../failure/last-words.ts';
import { lookCloser } from '../../failure/look-closer.ts';
import { failureReport, type Failure } from '../../failure/sentences.ts';
import { canBeTargetFailure } from '../../failure/while-running.ts';
import type { Forward, Listen } from '../../forward/forward.ts';
import { clearControlPath } from '../../heartbeat/mux.ts';
import { configForwardFailure } from '../../listeners/config-forward-failure.ts';
import { heldForwardFailure } from '../../listeners/held-forward-failure.ts';
import { findHeldForwards } from '../../listeners/held-forwards.ts';
import { findSilences, type Silence } from '../../ssh-options/silence.ts';
import { superviseTunnel, type RunningTunnel } from '../../supervise-tunnel.ts';
import type { ManagedSpec } from '../fleet-tunnel.ts';
import { aliveLimitSeconds, foregroundSettings, managedArguments } from './command.ts';
import { controlPathOf } from './control-folder.ts';
import type { ForwardKeeper } from './forwards/forward-keeper.ts';
import { refusedOf } from './forwards/remote-forwards.ts';
import type { TargetFailures } from './forwards/target-failures.ts';
import { createManagedHeartbeat, type ManagedHeartbeat } from './heartbeat.ts';
import { OwnSession } from './own-session.ts';
import { ownAddressFamily, ownsControlPath } from './own-options.ts';
import type { FleetShared } from './shared.ts';

/** Whose ssh is run: a tunnel, as it is to be now. */
export interface RunOwner {
  readonly name: string;
  readonly spec: ManagedSpec;
  readonly keeper: ForwardKeeper;
  readonly targets: TargetFailures;
  /** Those of its specification, and those that were opened by hand. */
  forwards(): readonly Forward[];
  /** Its ssh, as one asks it for its settings. */
  asked(): AskedSsh;
  /** Names the tunnel beside this one that has what the server refused. */
  named(refused: FailureReport, places: readonly Listen[]): FailureReport;
}

/** How long an ssh may take to log in before it is started again. */
const LOGIN_SECONDS = 30;
/** The same, when somebody may have to type a password. */
const TYPING_SECONDS = 180;

/** One life of a tunnel, from an operator's start to its end: one ssh after the other. */
export function superviseManaged(owner: RunOwner, shared: FleetShared): RunningTunnel {
  return new Run(owner, shared).tunnel;
}

/** What fills the holes of the machine of one life. */
class Run {
  readonly owner: RunOwner;
  readonly shared: FleetShared;
  readonly heartbeat: ManagedHeartbeat;
  readonly tunnel: RunningTunnel;
  /** Whether ssh's control socket is ours: the tunnel's own options say nothing else. */
  readonly isOurs: boolean;
  /** Where the ssh of now listens: the folder can change with each. */
  controlPath: string;

  constructor(owner: RunOwner, shared: FleetShared) {
    const { spec, keeper } = owner;
    this.owner = owner;
    this.shared = shared;
    this.controlPath = controlPathOf(spec.name, shared.runtimeDir);
    this.isOurs = !ownsControlPath(spec.options);
    // A heartbeat over forwards needs no control socket.
    const isImpossible = spec.heartbeat === 'mux' && !this.isOurs;
    this.heartbeat = createManagedHeartbeat(isImpossible ? 'none' : spec.heartbeat, this);
    this.tunnel = superviseTunnel({
      ...machineSettings(spec),
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
      launch: shared.launchFor(spec.name),
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

  /** Those that others hold before ssh starts, or because of which it ended. */
  heldForwards(): FailureReport | undefined {
    const family = ownAddressFamily(this.owner.spec.options);
    const held = findHeldForwards(this.owner.forwards(), undefined, undefined, family);
    return heldForwardFailure(held);
  }

  /** Asked before each start. */
  #command(): SshCommand | Promise<SshCommand> {
    const { keeper, name } = this.owner;
    this.shared.readyFolder();
    this.controlPath = controlPathOf(name, this.shared.runtimeDir);
    clearControlPath(this.controlPath);
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

function commandOf(run: Run, heartbeatForwards: readonly Forward[]): SshCommand {
  const { owner, shared, controlPath } = run;
  const ssh = new RunSsh(run, heartbeatForwards);
  return {
    file: shared.ssh,
    tunnel: owner.name,
    args: managedArguments(owner.spec, {
      controlPath,
      forwards: ssh.forwards.filter((forward) => !ssh.isLate(forward)),
      isInteractive: shared.isInteractive,
      more: foregroundSettings(shared.ssh, shared.env),
    }),
    prepare: () => ssh.prepare(),
    env: shared.env,
    // It has no terminal, and one that is stopped would keep its ports.
    deathSignal: 'KILL',
    // In a session of its own it could ask nothing at the terminal.
    endsWithSsh: shared.isInteractive ? 'descendants' : 'group',
    ignores: shared.ignores,
    lastWords: () => ssh,
    readyPath: run.isOurs ? controlPath : undefined,
  };
}

/** One ssh of a run: what it still needs when it has logged in, and who reads its words. */
class RunSsh implements LastWords, LastWordsSettings {
  /** All that it is asked for, those of the heartbeat too. */
  readonly forwards: readonly Forward[];
  readonly #run: Run;
  readonly #heartbeatForwards: readonly Forward[];
  readonly #words: LastWords;
  readonly #session: OwnSession;

  constructor(run: Run, heartbeatForwards: readonly Forward[]) {
    const { owner } = run;
    this.#run = run;
    this.#heartbeatForwards = heartbeatForwards;
    this.forwards = [...owner.forwards(), ...heartbeatForwards];
    this.#words = createLastWords(this);
    this.#session = new OwnSession(run);
  }

  /** Whether a forward is opened after the login only: see `openRemoteForwards`. */
  isLate({ kind }: Forward): boolean {
    return this.#run.isOurs && kind === 'remote';
  }

  async prepare(): Promise<FailureReport | undefined> {
    const { owner, controlPath } = this.#run;
    void owner.keeper.askConfig();
    const late = this.forwards.filter((forward) => this.isLate(forward));
    const answer = await this.#session.openRemote(controlPath, () =>
      owner.keeper.openRemote(controlPath, late),
    );
    const refused = answer && this.#explainRefusal(answer, late);
    const { probes, pid } = this.#run.context;
    // With a heartbeat that is looked at when the server has answered.
    if (refused !== undefined || probes || pid === null) return refused;
    return await owner.keeper.verify(pid);
  }

  /** A port of the heartbeat's own is no port of the user's. */
  #explainRefusal(answer: FailureReport, late: readonly Forward[]): FailureReport {
    if (refusedOf(answer, this.#heartbeatForwards).length > 0) {
      return this.whyUnanswered() ?? answer;
    }
    const places = refusedOf(answer, late).map(({ listen }) => listen);
    return this.#run.owner.named(answer, places);
  }

  hear(line: string): void {
    const { keeper, targets } = this.#run.owner;
    if (this.#session.isAbout(line)) return;
    this.#words.hear(line);
    keeper.heard(line);
    // Before, it is a jump host that led nowhere, and no forward.
    if (canBeTargetFailure(line) && this.#hasLoggedIn()) targets.heard(line);
  }

  explain(end: ChildEnd, ageMs: number): ReturnType<LastWords['explain']> {
    return this.#words.explain(end, ageMs);
  }

  #hasLoggedIn(): boolean {
    return this.wasHealthy() || !this.#run.isOurs || existsSync(this.#run.controlPath);
  }

  wasHealthy(): boolean {
    return this.#run.context.provedAtMs !== null;
  }

  stopReason(): StopReason | null {
    return this.#run.context.stopReason;
  }

  silencedBy(): Silence | undefined {
    return findSilences(this.#run.owner.spec.options)[0];
  }

  whyUnanswered(): FailureReport | undefined {
    return this.#run.heartbeat.lack;
  }

  lookCloser(failure: Failure): Promise<Failure> | undefined {
    return lookCloser(failure, () => this.#run.owner.asked());
  }

  whoHolds(failure: Failure): Partial<FailureReport> | undefined {
    const ofConfig = configForwardFailure(failure, this.forwards);
    if (failure.class === 'local-port-held') return ofConfig ?? this.#run.heldForwards();
    const refused = { ...failureReport(failure), ...ofConfig };
    return this.#run.owner.named(refused, placesIn(failure));
  }
}

/** The part of a specification that the machine works with, and that can be changed while it runs. */
export function machineSettings({
  pollMs,
  rules,
}: ManagedSpec): Required<
  Pick<TunnelInput, 'gateSeconds' | 'pollSeconds' | 'maxStarts' | 'restartIntensity'>
> {
  return {
    gateSeconds: rules.gateMs / 1000,
    pollSeconds: pollMs / 1000,
    maxStarts: rules.maxStarts,
    restartIntensity: rules.restart === 'unlimited' ? null : rules.restart,
  };
}

/** Where the forward was to listen that a failure is about. */
function placesIn({ facts: { port, path } }: Failure): readonly Listen[] {
  if (path !== undefined) return [{ kind: 'unix', path }];
  return port === undefined ? [] : [{ kind: 'tcp', address: undefined, port }];
}

function ignore(): void {
  // on purpose
}
