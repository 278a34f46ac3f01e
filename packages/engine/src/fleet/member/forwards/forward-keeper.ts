import type { FailureReport } from '@holdfast/machines';
import { readRemoteAnswer } from '../../../failure/while-running.ts';
import type { Forward } from '../../../forward/forward.ts';
import { missingForwardFailure } from '../../../listeners/held-forward-failure.ts';
import type { ForwardSight } from '../../../listeners/forward-sights.ts';
import { ForwardMender } from './forward-mender.ts';
import { ForwardNews } from './forward-news.ts';
import { ForwardRecord } from './forward-record.ts';
import {
  grantedForward,
  heldFailure,
  type ForwardOwner,
  type KnownForward,
} from './known-forward.ts';
import { makeWay } from './open-again.ts';
import type { SshConfig } from './ssh-config.ts';
import { isChosenFor, openRemoteForwards, renewRemoteForwards } from './remote-forwards.ts';

/**
 * Knows which forwards of a tunnel are there, and brings back those that are not: for one ssh after the other.
 *
 * At the start each is judged for itself: local ones by ssh's own listeners, remote ones by what the server granted. One that ssh did not
 * open, such as under `ClearAllForwardings`, is opened over the control socket; so is one that is lost later. Only what ssh cannot bring
 * back, and nobody else holds, costs the ssh. Those that ssh_config adds are looked at and opened again too, but never cost it.
 *
 * A class, since closures would cost each tunnel of a fleet more.
 *
 * @see docs/decisions/0007-how-forwards-are-verified.md
 */
export class ForwardKeeper {
  readonly #owner: ForwardOwner;
  readonly #news: ForwardNews;
  readonly #record: ForwardRecord;
  #configAsked: Promise<SshConfig> | undefined;
  readonly #mender: ForwardMender;

  constructor(owner: ForwardOwner) {
    this.#owner = owner;
    this.#news = new ForwardNews(owner);
    this.#record = new ForwardRecord(owner);
    this.#mender = new ForwardMender(owner, this.#record, this.#news);
  }

  /** Another ssh begins: of its forwards nothing is known. */
  begin(): void {
    this.#record.clear();
    this.#configAsked = undefined;
    this.#mender.begin();
  }

  /** `undefined`: it is as ssh says, and ssh says only what goes wrong. */
  known(forward: Forward): KnownForward | undefined {
    return this.#record.of(forward);
  }

  /** Whether nothing is known. */
  get isEmpty(): boolean {
    return this.#record.isEmpty;
  }

  /** The forwards that ssh_config adds to those of the tunnel. */
  get config(): readonly Forward[] {
    return this.#record.config;
  }

  /** Whether none is known to be missing. */
  areBound(): boolean {
    return this.#record.isWhole;
  }

  /** Asks for what ssh_config says, once for each ssh, so that its forwards are known when the server has answered. Never rejects. */
  askConfig(): Promise<SshConfig> {
    return (this.#configAsked ??= this.#owner.askSshConfig());
  }

  /** Removes the Unix sockets that an ssh left behind; says what else is in the way of these forwards. */
  async makeWay(forwards: readonly Forward[], said?: string): Promise<FailureReport | undefined> {
    return await makeWay(forwards, this.#owner.env, said);
  }

  /** Opens remote forwards on an ssh that has just logged in. Never rejects. */
  async openRemote(
    controlPath: string,
    forwards: readonly Forward[],
  ): Promise<FailureReport | undefined> {
    return await openRemoteForwards(controlPath, forwards, (forward, port) => {
      this.opened(forward, port);
      this.#news.port(forward, port);
    });
  }

  /** Opens the forwards of this side on an ssh that has none, after `begin`: it takes over from one that has ended. Never rejects. */
  async adopt(forwards: readonly Forward[]): Promise<void> {
    await this.#mender.openAgain(forwards.filter(({ kind }) => kind !== 'remote'));
    for (const forward of forwards) {
      if (forward.kind === 'remote') this.#record.keep(grantedForward(forward, undefined));
    }
  }

  /** A forward was opened: by the server, or as an order. */
  opened(forward: Forward, port?: number): void {
    const pid = this.#owner.pid();
    if (forward.kind === 'remote') this.#record.keep(grantedForward(forward, port));
    else if (pid !== undefined) this.#record.saw(this.#record.see([forward], pid));
  }

  /**
   * Hears a line of ssh's stderr. Of remote forwards on its command line and in ssh_config ssh says there which the server refused, and which
   * port it chose; over the control socket it later says of every one of them that it is there.
   */
  heard(line: string): void {
    const answer = readRemoteAnswer(line);
    if (answer === undefined) return;
    // With a control socket of ours, those of the tunnel are asked for over it.
    const isOnCommandLine = this.#owner.controlPath() === undefined;
    const own = this.#owner.forwards().filter(({ kind }) => kind === 'remote');
    if ('refusal' in answer) {
      const { refusal } = answer;
      this.#record.addRefusal(refusal);
      // Those of ssh_config may be known already: stderr and control socket are read in no order.
      const asked = isOnCommandLine ? [...own, ...this.config] : this.config;
      for (const forward of asked) {
        const isRemote = forward.kind === 'remote';
        const found = isRemote ? this.#record.refusalOf(forward, [refusal]) : undefined;
        if (found !== undefined) this.#refused(forward, found);
      }
      return;
    }
    const isOpen = (one: Forward) => this.known(one)?.port !== undefined;
    const forward = own.find((one) => isChosenFor(one, answer.target) && !isOpen(one));
    if (forward === undefined || !isOnCommandLine) return;
    this.opened(forward, answer.port);
    this.#news.port(forward, answer.port);
  }

  /** A forward was closed as an order: nobody misses it. */
  closed(forward: Forward): void {
    this.#record.drop(forward);
  }

  /**
   * Says what a tunnel lacks whose server has answered. A forward that ssh did not open, and nobody holds, is opened first.
   *
   * @param sinceMs - how old the table of sockets may be: see `tcpSockets`.
   */
  verify(pid: number, sinceMs?: number): Promise<FailureReport | undefined> {
    return this.#thenConfig(this.#verifyOwn(pid, sinceMs), this.askConfig(), pid);
  }

  /** Sees whether all is still there, and brings back what is not. A few microseconds for each listener. */
  look(): void {
    this.#mender.look();
  }

  /**
   * Asks ssh once more for each remote forward. For one that is there it answers by itself; one that was cancelled behind our back, and
   * one that was refused, is asked of the server. Never rejects.
   *
   * @returns a refusal, if there is one.
   */
  async renewRemote(): Promise<FailureReport | undefined> {
    return await this.#askRemote(this.#remote());
  }

  #remote(): readonly Forward[] {
    return [...this.#record.all()]
      .map(({ forward }) => forward)
      .filter(
        (forward) => forward.kind === 'remote' && this.#record.refusalOf(forward) === undefined,
      );
  }

  async #askRemote(remote: readonly Forward[]): Promise<FailureReport | undefined> {
    const controlPath = this.#owner.controlPath();
    if (controlPath === undefined || remote.length === 0) return undefined;
    let refusal: FailureReport | undefined;
    await renewRemoteForwards(controlPath, remote, (forward, answer) => {
      // It may have been closed, or ssh replaced, meanwhile.
      const kept = this.known(forward);
      if (kept === undefined || this.#record.refusalOf(forward) !== undefined) return;
      if ('refusal' in answer) {
        refusal ??= answer.refusal;
        return this.#refused(forward, answer.refusal);
      }
      this.opened(forward, answer.port);
      if (!kept.isBound) this.#news.restored([{ forward }], true);
      if (answer.port !== kept.port) this.#news.port(forward, answer.port);
    });
    return refusal;
  }

  #refused(forward: Forward, refusal: FailureReport): void {
    const known = this.#owner.named?.(refusal, [forward.listen]) ?? refusal;
    const problem = this.#record.inContext(forward, known);
    this.#mender.miss(forward, problem, this.known(forward)?.problem);
  }

  #verifyOwn(
    pid: number,
    sinceMs?: number,
  ): FailureReport | undefined | Promise<FailureReport | undefined> {
    const sights = this.#record.see(this.#owner.forwards(), pid, sinceMs);
    this.#record.saw(sights);
    const held = heldFailure(sights);
    const lacking = sights.filter(isLacking);
    if (held !== undefined || lacking.length === 0) return held;
    return this.#openLacking(lacking, pid);
  }

  /** Opens what ssh did not. Where it listens at one of two addresses even then, it has no other. */
  async #openLacking(
    lacking: readonly ForwardSight[],
    pid: number,
  ): Promise<FailureReport | undefined> {
    const said = await this.#mender.openAgain(lacking.map(({ forward }) => forward));
    const after = this.#record.see(this.#owner.forwards(), pid);
    this.#record.saw(after);
    const missing = after.find(({ state }) => state === 'missing');
    const failure = heldFailure(after) ?? (missing && missingForwardFailure(missing.forward, said));
    if (failure !== undefined) return failure;
    this.#news.restored(
      lacking.filter(({ state }) => state === 'missing'),
      false,
    );
    return undefined;
  }

  /** What is not there of the forwards of ssh_config is told, and the tunnel is degraded: its own work all the same. */
  async #thenConfig(
    failure: FailureReport | undefined | Promise<FailureReport | undefined>,
    asked: Promise<SshConfig>,
    pid: number,
  ): Promise<FailureReport | undefined> {
    const ofOwn = await failure;
    const { forwards } = await asked;
    if (ofOwn !== undefined || forwards.length === 0 || this.#owner.pid() !== pid) return ofOwn;
    this.#record.addConfig(forwards);
    const { config } = this.#record;
    for (const forward of config) {
      if (forward.kind !== 'remote') continue;
      const refusal = this.#record.refusalOf(forward);
      if (refusal === undefined) this.#record.keep(grantedForward(forward, undefined));
      else this.#refused(forward, refusal);
    }
    const before = this.#record.see(config, pid);
    this.#record.saw(before.filter(({ state }) => state !== 'half'));
    const lacking = before.filter(isLacking).map(({ forward }) => forward);
    const said = await this.#mender.openAgain(lacking);
    const sights = this.#record
      .see(config, pid)
      .filter(({ state, forward }) => state !== 'half' || lacking.includes(forward));
    this.#record.saw(sights, said);
    for (const { forward } of before) {
      const { problem } = this.known(forward) ?? {};
      if (problem !== undefined) this.#news.missing(forward, problem);
    }
    if (config.some(({ kind }) => kind === 'remote')) await this.renewRemote();
    return undefined;
  }
}

function isLacking({ state }: ForwardSight): boolean {
  return state === 'missing' || state === 'half';
}
