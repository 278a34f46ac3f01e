import type { FailureReport } from '@holdfast/machines';
import { monotonicMs } from '../clock.ts';
import type { Forward } from '../forward/forward.ts';
import { missingForwardFailure } from '../listeners/held-forward-failure.ts';
import { isStillThere, seeForwards, type ForwardSight } from '../listeners/forward-sights.ts';
import { ForwardNews } from './forward-news.ts';
import {
  grantedForward,
  heldFailure,
  isLess,
  keyOf,
  missingForward,
  problemOf,
  seenForward,
  type ForwardKeeperSettings,
  type KeptForward,
  type KnownForward,
} from './known-forward.ts';
import { makeWay, openAgain } from './open-again.ts';
import { ownAddressFamily } from './own-address-family.ts';
import { openRemoteForwards, renewRemoteForwards } from './remote-forwards.ts';

/** After a try in vain the next waits twice as long, up to a minute. */
const RETRY_MS = 5000;
const LONGEST_RETRY_MS = 60_000;

/** How often ssh is asked for a forward that nobody else holds, before it is replaced. */
const TRIES = 3;

/**
 * Knows which forwards of a tunnel are there, and brings back those that are not: for one ssh after the other.
 *
 * At the start each is judged for itself: local ones by ssh's own listeners, remote ones by what the server granted. One that ssh did not
 * open, such as under `ClearAllForwardings`, is opened over the control socket; so is one that is lost later. Only what ssh cannot bring
 * back, and nobody else holds, costs the ssh.
 *
 * A class, since closures would cost each tunnel of a fleet more.
 *
 * @see docs/decisions/0007-how-forwards-are-verified.md
 */
export class ForwardKeeper {
  readonly #settings: ForwardKeeperSettings;
  readonly #news: ForwardNews;
  readonly #kept = new Map<string, KeptForward>();
  #isMending = false;
  #tries = 0;
  #nextTryMs = 0;

  constructor(settings: ForwardKeeperSettings) {
    this.#settings = settings;
    this.#news = new ForwardNews(settings.tell);
  }

  /** Another ssh begins: of its forwards nothing is known. */
  begin(): void {
    this.#kept.clear();
    this.#tries = 0;
    this.#nextTryMs = 0;
  }

  /** `undefined`: it is as ssh says, and ssh says only what goes wrong. */
  known(forward: Forward): KnownForward | undefined {
    return this.#kept.get(keyOf(forward));
  }

  /** Whether nothing is known. */
  get isEmpty(): boolean {
    return this.#kept.size === 0;
  }

  /** Whether none is known to be missing. */
  areBound(): boolean {
    for (const { isBound } of this.#kept.values()) if (!isBound) return false;
    return true;
  }

  /** Removes the Unix sockets that an ssh left behind; says what else is in the way of these forwards. */
  async makeWay(forwards: readonly Forward[], said?: string): Promise<FailureReport | undefined> {
    return await makeWay(forwards, this.#settings.env, said);
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

  /** A forward was opened: by the server, or as an order. */
  opened(forward: Forward, port?: number): void {
    const pid = this.#settings.pid();
    if (forward.kind === 'remote') this.#keep(grantedForward(forward, port));
    else if (pid !== undefined) this.#record(this.#see([forward], pid));
  }

  /** A forward was closed as an order: nobody misses it. */
  closed(forward: Forward): void {
    this.#kept.delete(keyOf(forward));
  }

  /**
   * Says what a tunnel lacks whose server has answered. A forward that ssh did not open, and nobody holds, is opened first.
   *
   * @param sinceMs - how old the table of sockets may be: see `tcpSockets`.
   */
  verify(
    pid: number,
    sinceMs?: number,
  ): FailureReport | undefined | Promise<FailureReport | undefined> {
    const sights = this.#see(this.#settings.forwards(), pid, sinceMs);
    this.#record(sights);
    const held = heldFailure(sights);
    const lacking = sights.filter(({ state }) => state === 'missing' || state === 'half');
    if (held !== undefined || lacking.length === 0) return held;
    return this.#openLacking(lacking, pid);
  }

  /** Sees whether all is still there, and brings back what is not. A few microseconds for each listener. */
  look(): void {
    const pid = this.#settings.pid();
    if (this.#isMending || pid === undefined) return;
    let isDue = false;
    for (const { isBound, sockets, forward } of this.#kept.values()) {
      if (forward.kind === 'remote') continue;
      isDue ||= isBound ? !sockets.every(isStillThere) : monotonicMs() >= this.#nextTryMs;
    }
    if (isDue) void this.#mend(pid);
  }

  /**
   * Asks ssh once more for each remote forward. For one that is there it answers by itself; one that was cancelled behind our back, and
   * one that was refused, is asked of the server.
   */
  async renewRemote(): Promise<void> {
    const controlPath = this.#settings.controlPath();
    const remote = [...this.#kept.values()].filter(({ forward }) => forward.kind === 'remote');
    if (controlPath === undefined || remote.length === 0) return;
    await renewRemoteForwards(
      controlPath,
      remote.map(({ forward }) => forward),
      (forward, answer) => {
        // It may have been closed, or ssh replaced, meanwhile.
        const kept = this.#kept.get(keyOf(forward));
        if (kept === undefined) return;
        if ('refusal' in answer) return this.#miss(forward, answer.refusal, kept.problem);
        this.opened(forward, answer.port);
        if (!kept.isBound) this.#news.restored([kept], true);
        if (answer.port !== kept.port) this.#news.port(forward, answer.port);
      },
    );
  }

  /** Opens what ssh did not. Where it listens at one of two addresses even then, it has no other. */
  async #openLacking(
    lacking: readonly ForwardSight[],
    pid: number,
  ): Promise<FailureReport | undefined> {
    const said = await this.#openAgain(lacking.map(({ forward }) => forward));
    const after = this.#see(this.#settings.forwards(), pid);
    this.#record(after);
    const missing = after.find(({ state }) => state === 'missing');
    const failure = heldFailure(after) ?? (missing && missingForwardFailure(missing.forward, said));
    if (failure !== undefined) return failure;
    this.#news.restored(
      lacking.filter(({ state }) => state === 'missing'),
      false,
    );
    return undefined;
  }

  async #mend(pid: number): Promise<void> {
    this.#isMending = true;
    try {
      await this.#bringBack(pid);
    } finally {
      this.#isMending = false;
    }
  }

  async #bringBack(pid: number): Promise<void> {
    const watched = [...this.#kept.values()].map(({ forward }) => forward);
    const lost = this.#see(watched, pid).filter((sight) =>
      isLess(sight, this.#kept.get(keyOf(sight.forward))),
    );
    const forwards = lost.map(({ forward }) => forward);
    const before = new Map(forwards.map((forward) => [forward, this.known(forward)]));
    this.#news.lost(lost.filter(({ forward }) => before.get(forward)?.isBound));
    this.#record(lost);
    const free = lost.filter(({ state }) => state !== 'held');
    const said = await this.#openAgain(free.map(({ forward }) => forward));
    // By now it may be another ssh's turn.
    if (this.#settings.pid() !== pid) return;
    const after = this.#see(forwards, pid);
    this.#record(after);
    this.#conclude(after, said, before);
  }

  #conclude(
    sights: readonly ForwardSight[],
    said: string | undefined,
    before: ReadonlyMap<Forward, KnownForward | undefined>,
  ): void {
    const isBack = ({ forward }: ForwardSight) => this.known(forward)?.isBound !== false;
    this.#news.restored(sights.filter(isBack), true);
    for (const sight of sights) {
      const { forward } = sight;
      if (!isBack(sight)) this.#miss(forward, problemOf(sight, said), before.get(forward)?.problem);
    }
    this.#tries = this.areBound() ? 0 : this.#tries + 1;
    this.#nextTryMs = monotonicMs() + Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** (this.#tries - 1));
    const missing = sights.find(({ state }) => state === 'missing');
    if (missing === undefined || this.#tries < TRIES) return;
    this.#settings.giveUp({ class: 'dropped', sentence: problemOf(missing, said) });
  }

  /** Says what was in the way. */
  async #openAgain(forwards: readonly Forward[]): Promise<string | undefined> {
    const { controlPath, env } = this.#settings;
    const path = controlPath();
    return path === undefined ? undefined : await openAgain(path, forwards, env);
  }

  #see(forwards: readonly Forward[], pid: number, sinceMs?: number): readonly ForwardSight[] {
    const { options, env, controlPath } = this.#settings;
    const family = ownAddressFamily(options());
    return seeForwards(forwards, { pid, sinceMs, family, controlPath: controlPath(), env });
  }

  #keep(kept: KeptForward): void {
    this.#kept.set(keyOf(kept.forward), kept);
  }

  #record(sights: readonly ForwardSight[]): void {
    for (const sight of sights) this.#keep(seenForward(sight));
  }

  /** Told once for each problem, and not with each try. */
  #miss(forward: Forward, problem: string, before: string | undefined): void {
    this.#keep(missingForward(forward, problem));
    if (problem === before) return;
    this.#news.missing(forward, problem);
  }
}
