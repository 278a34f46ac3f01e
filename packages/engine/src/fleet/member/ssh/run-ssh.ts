import { existsSync } from 'node:fs';
import {
  judgeFailure,
  type FailureReport,
  type Slot,
  type StopReason,
  type TunnelContext,
} from '@holdfast/machines';
import type { ChildEnd, LastWords } from '../../../child/command.ts';
import type { AskedSsh } from '../../../program/ssh-settings.ts';
import { createLastWords, type LastWordsSettings } from '../../../failure/last-words.ts';
import { lookCloser } from '../../../failure/look-closer.ts';
import { failureReport, type Failure } from '../../../failure/sentences.ts';
import { canBeTargetFailure } from '../../../failure/while-running.ts';
import type { Forward, Listen } from '../../../forward/forward.ts';
import { configForwardFailure } from '../../../listeners/config-forward-failure.ts';
import { findSilences, type Silence } from '../../../ssh-options/silence.ts';
import type { ManagedSpec } from '../../fleet-tunnel.ts';
import type { ForwardKeeper } from '../forwards/forward-keeper.ts';
import { refusedOf } from '../forwards/remote-forwards.ts';
import type { TargetFailures } from '../forwards/target-failures.ts';
import type { ManagedHeartbeat } from '../heartbeat.ts';
import type { FleetShared } from '../shared.ts';
import { OwnSession, type SessionRun } from './own-session.ts';

/** What an ssh asks of the run that it belongs to. */
export interface SshOfRun {
  readonly owner: {
    readonly spec: ManagedSpec;
    readonly keeper: ForwardKeeper;
    readonly targets: TargetFailures;
    forwards(): readonly Forward[];
    asked(): AskedSsh;
    named(refused: FailureReport, places: readonly Listen[]): FailureReport;
  };
  readonly shared: SessionRun['shared'] & Pick<FleetShared, 'chance'>;
  readonly context: TunnelContext;
  readonly heartbeat: ManagedHeartbeat;
  /** Whether the control socket is ours. */
  readonly isOurs: boolean;
  /** Where the ssh of now listens. */
  readonly controlPath: string;
  /** The ssh of now has logged in. */
  loggedIn(): void;
  /** Forwards that others hold. */
  heldForwards(): FailureReport | undefined;
}

/** One ssh of a run: what it still needs when it has logged in, and who reads its words. */
export class RunSsh implements LastWords, LastWordsSettings {
  /** All that it is asked for, those of the heartbeat too. */
  readonly forwards: readonly Forward[];
  readonly #run: SshOfRun;
  readonly #slot: Slot;
  readonly #heartbeatForwards: readonly Forward[];
  readonly #words: LastWords;
  readonly #session: OwnSession;

  constructor(run: SshOfRun, slot: Slot, heartbeatForwards: readonly Forward[]) {
    const { owner } = run;
    this.#run = run;
    this.#slot = slot;
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
    this.#run.loggedIn();
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

  /** It was a challenger, and is the tunnel's own ssh from now on. What it cannot have now is asked for again. */
  async adopt(): Promise<undefined> {
    const { owner } = this.#run;
    // First: what is asked of ssh_config from here on is asked for this ssh.
    owner.keeper.begin();
    this.#run.loggedIn();
    await owner.keeper.adopt(owner.forwards());
    await this.#openRemote(1);
    return undefined;
  }

  /** The session of the ssh before may hold a remote port until the server misses it: what was refused is asked for again, on this connection. */
  async #openRemote(tries: number): Promise<void> {
    const { owner, controlPath, context, shared } = this.#run;
    const { keeper } = owner;
    const refusal = await this.#session.openRemote(controlPath, () => keeper.renewRemote());
    if (refusal === undefined) return;
    const { verdict, waitMs } = judgeFailure(refusal.class, tries, shared.chance());
    if (verdict === 'fail') return;
    const again = () => {
      if (this.#run.context.pid === context.pid) void this.#openRemote(tries + 1);
    };
    setTimeout(again, waitMs).unref();
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
    if (!this.#isOwn()) return;
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

  /** A challenger has no forwards, and nobody asks it anything. */
  #isOwn(): boolean {
    return this.#run.context.carrier === this.#slot;
  }

  wasHealthy(): boolean {
    return this.#isOwn() && this.#run.context.provedAtMs !== null;
  }

  stopReason(): StopReason | null {
    return this.#isOwn() ? this.#run.context.stopReason : null;
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

/** Where the forward was to listen that a failure is about. */
function placesIn({ facts: { port, path } }: Failure): readonly Listen[] {
  if (path !== undefined) return [{ kind: 'unix', path }];
  return port === undefined ? [] : [{ kind: 'tcp', address: undefined, port }];
}
