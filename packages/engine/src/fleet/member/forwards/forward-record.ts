import type { FailureReport } from '@holdfast/machines';
import { seeForwards, type ForwardSight } from '../../../listeners/forward-sights.ts';
import type { Forward } from '../../../forward/forward.ts';
import {
  keyOf,
  missingForward,
  ofSshConfig,
  problemOf,
  seenForward,
  type ForwardOwner,
  type ForwardProblem,
  type KeptForward,
} from './known-forward.ts';
import { ownAddressFamily } from '../ssh/own-options.ts';
import { ofOneAmong, refusedOf, withPortOf } from './remote-forwards.ts';

const NONE: readonly Forward[] = [];
const NO_REFUSALS: readonly FailureReport[] = [];

/** What is known of the forwards of one ssh: those of its tunnel, and those that ssh_config adds. */
export class ForwardRecord {
  readonly #owner: ForwardOwner;
  readonly #kept = new Map<string, KeptForward>();
  #config: readonly Forward[] = NONE;
  #refusals: readonly FailureReport[] = NO_REFUSALS;

  constructor(owner: ForwardOwner) {
    this.#owner = owner;
  }

  clear(): void {
    this.#kept.clear();
    this.#config = NONE;
    this.#refusals = NO_REFUSALS;
  }

  /** `undefined`: it is as ssh says, and ssh says only what goes wrong. */
  of(forward: Forward): KeptForward | undefined {
    return this.#kept.get(keyOf(forward));
  }

  get isEmpty(): boolean {
    return this.#kept.size === 0;
  }

  /** Whether none is known to be missing. */
  get isWhole(): boolean {
    for (const { isBound } of this.#kept.values()) if (!isBound) return false;
    return true;
  }

  all(): Iterable<KeptForward> {
    return this.#kept.values();
  }

  /** Those that ssh_config adds. */
  get config(): readonly Forward[] {
    return this.#config;
  }

  /** Takes what ssh has besides the forwards of its tunnel: of two that are the same ssh opens one. */
  addConfig(forwards: readonly Forward[]): void {
    const own = new Set(this.#owner.forwards().map(keyOf));
    this.#config = forwards.filter((forward) => !own.has(keyOf(forward)));
  }

  /** The server refused a remote forward that ssh itself asked for. */
  addRefusal(refusal: FailureReport): void {
    this.#refusals = [...this.#refusals, refusal];
  }

  /** @param among - default: all that are known. */
  refusalOf(forward: Forward, among = this.#refusals): FailureReport | undefined {
    return (
      among.find((refusal) => isNamed(forward, refusal)) ?? this.#misnamedRefusalOf(forward, among)
    );
  }

  /**
   * A refusal with the port of nobody is that of a remote forward of ssh_config: ssh may have lost the port by then, as
   * `openRemoteForwards` says. Of several that no refusal names it may be any.
   */
  #misnamedRefusalOf(forward: Forward, among: readonly FailureReport[]): FailureReport | undefined {
    const config = this.#config.filter(({ kind }) => kind === 'remote');
    const asked = [...this.#owner.forwards(), ...config];
    const isMisnamed = (one: FailureReport) => refusedOf(one, asked).length === 0;
    const refusal = among.find(isMisnamed);
    const nameless = config.filter((one) => this.#refusals.every((each) => !isNamed(one, each)));
    if (refusal === undefined || !nameless.some((one) => keyOf(one) === keyOf(forward))) {
      return undefined;
    }
    const isEachRefused = this.#refusals.filter(isMisnamed).length >= nameless.length;
    return isEachRefused ? withPortOf(forward, refusal) : ofOneAmong(nameless, refusal);
  }

  isOfConfig(forward: Forward): boolean {
    return this.#config.length > 0 && this.#config.some((one) => keyOf(one) === keyOf(forward));
  }

  /** Looks at ssh's own listeners. */
  see(forwards: readonly Forward[], pid: number, sinceMs?: number): readonly ForwardSight[] {
    const { env } = this.#owner;
    const family = ownAddressFamily(this.#owner.options());
    const controlPath = this.#owner.controlPath();
    return seeForwards(forwards, { pid, sinceMs, family, controlPath, env });
  }

  /** Notes what was seen. */
  saw(sights: readonly ForwardSight[], said?: string): void {
    for (const sight of sights) this.keep(seenForward(sight, this.problemOf(sight, said)));
  }

  keep(kept: KeptForward): void {
    this.#kept.set(keyOf(kept.forward), kept);
  }

  miss(forward: Forward, problem: ForwardProblem): void {
    this.keep(missingForward(forward, problem));
  }

  drop(forward: Forward): void {
    this.#kept.delete(keyOf(forward));
  }

  /** Why a forward is not there, if it is not. `said`: what ssh said when it was to open it. */
  problemOf(sight: ForwardSight, said?: string): ForwardProblem {
    return this.inContext(sight.forward, problemOf(sight, said));
  }

  /** Says who asked for the forward, where it was not the tunnel. */
  inContext(forward: Forward, problem: ForwardProblem): ForwardProblem {
    return this.isOfConfig(forward) ? ofSshConfig(problem) : problem;
  }
}

function isNamed(forward: Forward, refusal: FailureReport): boolean {
  return refusedOf(refusal, [forward]).length > 0;
}
