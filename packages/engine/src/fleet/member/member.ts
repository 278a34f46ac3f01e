import type {
  FailureReport,
  ForwardRefused,
  OperatorEvent,
  TunnelContext,
  TunnelEmitted,
} from '@holdfast/machines';
import type { AskedSsh } from '../../program/ssh-settings.ts';
import type { Forward, Listen } from '../../forward/forward.ts';
import { isSameForward, specChange } from '../changes.ts';
import type { FleetFact } from '../fleet-event.ts';
import type { ManagedSpec } from '../fleet-tunnel.ts';
import { History } from '../report/history.ts';
import type { CheckStatus, StartObstacle } from '../report/status.ts';
import { destinationOf } from '../turns/start-places.ts';
import type { Check } from '../tunnel-spec.ts';
import { Checks, forwardOfCheck, type CheckOwner } from './checks.ts';
import { configWords, isOpenSsh } from './ssh/command.ts';
import { controlPathOf } from './ssh/control-folder.ts';
import type { TunnelActor } from './fleet-system.ts';
import { ForwardKeeper } from './forwards/forward-keeper.ts';
import type { ForwardOwner } from './forwards/known-forward.ts';
import { askSshConfig, type SshConfig } from './forwards/ssh-config.ts';
import { namingTunnel } from './forwards/remote-forwards.ts';
import { TargetFailures, type TargetOwner } from './forwards/target-failures.ts';
import { heartbeatTraits } from './heartbeat-kinds.ts';
import { Lives, type LifeOwner } from './lives.ts';
import { ownsControlPath } from './ssh/own-options.ts';
import { machineSettings } from './run.ts';
import type { FleetShared } from './shared.ts';
import { isHealthyState, type Stay } from './stay.ts';
import { whyNoWitness } from './witness.ts';

const NONE: readonly Forward[] = [];

/** With these, there is no connection any more that a check could go through. */
const ENDS_OF_A_CONNECTION: ReadonlySet<TunnelEmitted['type']> = new Set<TunnelEmitted['type']>([
  'stop.began',
  'child.ended',
  'tunnel.ended',
]);

/**
 * A tunnel of a fleet, through all its starts and stops.
 *
 * It has what lasts: its specification, the forwards that were opened by hand, its history. Its `Lives` come and go, each a machine with one
 * ssh after the other (`run.ts`). Its keeper knows which forwards are there, `targets` which of them led nowhere, its checks whether
 * what lies behind them answers; all three work for one ssh after the other, and ask the member what it wants now.
 *
 * What happens to it goes one way: `tell`, to the chronicle of the fleet.
 *
 * A class, since closures would cost each tunnel of a fleet more: so are its parts.
 */
export class Member implements LifeOwner, ForwardOwner, TargetOwner, CheckOwner {
  readonly name: string;
  /** What happened to it lately. */
  readonly history = new History();
  /** Knows its forwards, and keeps them. */
  readonly keeper: ForwardKeeper;
  /** Knows which of them led nowhere. */
  readonly targets: TargetFailures;
  readonly #shared: FleetShared;
  readonly #lives: Lives;
  #spec: ManagedSpec;
  #extras = NONE;
  #noWitness: string | undefined;
  #checks: Checks;

  constructor(spec: ManagedSpec, shared: FleetShared) {
    this.name = spec.name;
    this.#spec = spec;
    this.#shared = shared;
    this.keeper = new ForwardKeeper(this);
    this.targets = new TargetFailures(this);
    this.#checks = new Checks(spec.checks, this);
    this.#lives = new Lives(this, shared);
  }

  // What it is to be.

  get spec(): ManagedSpec {
    return this.#spec;
  }

  /** The forwards that were opened by hand. */
  get extras(): readonly Forward[] {
    return this.#extras;
  }

  /** Those of its specification, and those that were opened by hand. */
  forwards(): readonly Forward[] {
    return [...this.#spec.forwards, ...this.#extras];
  }

  /** The same, and what ssh_config adds, as far as it is known. */
  everyForward(): readonly Forward[] {
    return [...this.forwards(), ...this.keeper.config];
  }

  options(): readonly string[] {
    return this.#spec.options;
  }

  /** What tunnels to the same host have in common. */
  destination(): string {
    return destinationOf(this.#spec.host);
  }

  get hasChecks(): boolean {
    return this.#spec.checks.length > 0;
  }

  // How it is.

  get stay(): Stay {
    return this.#lives.stay;
  }

  /** What its machine remembers; `null` for a tunnel that was never started. */
  get context(): TunnelContext | null {
    return this.#lives.context;
  }

  /** The actor of its present life, or its last; `undefined` if it was never started. */
  actor(): TunnelActor | undefined {
    return this.#lives.actor;
  }

  /** The ssh that runs. */
  pid(): number | undefined {
    return this.context?.pid ?? undefined;
  }

  /** Whether ssh has proved that it carries traffic. */
  isConnected(): boolean {
    return isHealthyState(this.stay.state);
  }

  /** Whether it is what somebody wants who waits for it: connected, with every forward, and each check passes. */
  isHealthy(): boolean {
    if (this.stay.doubt?.isLasting === true) return false;
    return this.isConnected() && this.keeper.areBound() && this.#checks.arePassed();
  }

  /** Whether somebody wants it up: it runs, or waits for its next start. */
  isWanted(): boolean {
    return this.#lives.isWanted();
  }

  checks(): readonly CheckStatus[] {
    return this.#checks.status();
  }

  /** What holds its next start back; `null` if nothing but time does. */
  obstacle(): StartObstacle | null {
    return this.#shared.places.obstacleOf(this.name);
  }

  // Orders.

  /** Starts it, also after it has failed; ends its wait. */
  start(): void {
    this.#lives.beginOr({ type: 'tunnel.retry' });
  }

  stop(): Promise<void> {
    this.targets.forget();
    return this.#lives.end();
  }

  restart(): void {
    this.#lives.beginOr({ type: 'tunnel.restart' });
  }

  /** Gives an order to its machine; after its end that does nothing. */
  send(order: OperatorEvent | ForwardRefused): void {
    this.#lives.send(order);
  }

  /** Takes a new specification, and asks its checks anew; its forwards are changed on the running connection by others. */
  adopt(spec: ManagedSpec): void {
    const { needsRestart } = specChange(this.#spec, spec);
    this.#spec = spec;
    this.#extras = this.#extras.filter((extra) => !isAmong(spec.forwards, extra));
    if (!needsRestart) this.send({ type: 'settings.changed', settings: this.machineSettings() });
    else if (this.isWanted()) this.#lives.beginAnew();
    this.#checks.end();
    this.#checks = new Checks(spec.checks, this);
    if (!this.isConnected()) return;
    this.#checks.begin();
    void this.learnWitness();
  }

  addExtra(forward: Forward): void {
    // Given twice, ssh would fail over the second at its next start.
    if (isAmong(this.#spec.forwards, forward)) return;
    this.dropExtra(forward);
    this.#extras = [...this.#extras, forward];
  }

  dropExtra(forward: Forward): void {
    this.#extras = this.#extras.filter((one) => !isSameForward(one, forward));
  }

  // What happens to it.

  tell(fact: TunnelEmitted | FleetFact): void {
    this.#shared.tell(this.name, fact);
  }

  /** Hears each fact of its lives. */
  heard(fact: TunnelEmitted): void {
    this.tell(fact);
    if (ENDS_OF_A_CONNECTION.has(fact.type)) this.#checks.end();
    // What a check says of a connection in doubt says nothing; one that restarts its tunnel would end it.
    if (fact.type === 'suspicion.began') this.#checks.pause();
    if (fact.type === 'suspicion.ended') this.#checks.begin();
  }

  /** It is proved: what goes through it can be asked now. */
  proved(): void {
    this.#checks.begin();
    this.#judgeUnverified();
  }

  /** An ssh that has no control socket of ours, and no heartbeat, was believed: its forwards are looked at now. */
  #judgeUnverified(): void {
    const pid = this.pid();
    if (!this.keeper.isEmpty || pid === undefined) return;
    void this.keeper.verify(pid).then((failure) => {
      if (failure !== undefined) this.giveUp(failure);
    });
  }

  giveUp(failure: FailureReport): void {
    this.send({ type: 'forward.refused', failure });
  }

  /** A check that restarts its tunnel has failed. */
  checkFailed(reason: string): void {
    this.send({ type: 'check.failed', reason });
  }

  explain(check: Check, askedAtMs: number): string | undefined {
    const forward = forwardOfCheck(check, this.forwards());
    return forward && this.targets.explain(forward, askedAtMs);
  }

  /** What of its specification the machine works with, and can be changed while it runs. */
  machineSettings(): ReturnType<typeof machineSettings> {
    return machineSettings(this.#spec, this.#noWitness === undefined);
  }

  /** Finds out whether a second login can be had, and tells the machine. */
  async learnWitness(): Promise<void> {
    this.#noWitness = await this.#whyNoWitness();
    const { challenges } = this.machineSettings();
    if (this.context === null || this.context.settings.challenges === challenges) return;
    this.send({ type: 'settings.changed', settings: { challenges } });
  }

  // Its ssh.

  get env(): NodeJS.ProcessEnv {
    return this.#shared.env ?? process.env;
  }

  /** Where its ssh listens, if the tunnel's own options say nothing else. */
  get socketPath(): string {
    return controlPathOf(this.name, this.#shared.runtimeDir, this.context?.carrier ?? 'a');
  }

  controlPath(): string | undefined {
    return ownsControlPath(this.#spec.options) ? undefined : this.socketPath;
  }

  /** Its ssh, as one asks it for its settings. */
  asked(): AskedSsh {
    const { ssh, env } = this.#shared;
    return { program: ssh, words: configWords(this.#spec), env };
  }

  askSshConfig(): Promise<SshConfig> {
    return askSshConfig(this.asked(), this.#spec.options);
  }

  /**
   * Why no second login can be had for it while nobody looks, as the end of a sentence; `undefined`: it can, as far as anybody knows. Known
   * soon after a login.
   */
  get noWitness(): string | undefined {
    return this.#noWitness;
  }

  /** Asked once for each ssh. Never rejects. */
  async #whyNoWitness(): Promise<string | undefined> {
    const { ssh, env, isInteractive } = this.#shared;
    const setting = { tunnel: this.#spec, isInteractive, isOpenSsh: isOpenSsh(ssh, env) };
    return whyNoWitness(setting) ?? (await this.keeper.askConfig()).noWitness;
  }

  /** Names the tunnel beside this one that has what the server refused. */
  named(refused: FailureReport, places: readonly Listen[]): FailureReport {
    return namingTunnel(refused, places, this.#spec, this.#shared);
  }

  /** Whether connections of its heartbeat go through forwards too. */
  hasOtherForwards(): boolean {
    return heartbeatTraits(this.#spec.heartbeat).usesForwards;
  }
}

function isAmong(forwards: readonly Forward[], forward: Forward): boolean {
  return forwards.some((one) => isSameForward(one, forward));
}
