import { monotonicMs } from '../../../clock.ts';
import type { Forward } from '../../../forward/forward.ts';
import { isStillThere, type ForwardSight } from '../../../listeners/forward-sights.ts';
import type { ForwardNews } from './forward-news.ts';
import type { ForwardRecord } from './forward-record.ts';
import {
  isLess,
  type ForwardOwner,
  type ForwardProblem,
  type KnownForward,
} from './known-forward.ts';
import { openAgain } from './open-again.ts';

/** After a try in vain the next waits twice as long, up to a minute. */
const RETRY_MS = 5000;
const LONGEST_RETRY_MS = 60_000;

/** How often ssh is asked for a forward that nobody else holds, before it is replaced. */
const TRIES = 3;

/** Brings back the forwards of this side that are lost while ssh runs. */
export class ForwardMender {
  readonly #owner: ForwardOwner;
  readonly #record: ForwardRecord;
  readonly #news: ForwardNews;
  #isMending = false;
  #tries = 0;
  /** How often ssh did not open what nobody else holds. */
  #inVain = 0;
  #nextTryMs = 0;

  constructor(owner: ForwardOwner, record: ForwardRecord, news: ForwardNews) {
    this.#owner = owner;
    this.#record = record;
    this.#news = news;
  }

  /** Another ssh begins. */
  begin(): void {
    this.#tries = 0;
    this.#inVain = 0;
    this.#nextTryMs = 0;
  }

  /** Sees whether all is still there, and brings back what is not. */
  look(): void {
    const pid = this.#owner.pid();
    if (this.#isMending || pid === undefined) return;
    let isDue = false;
    for (const { isBound, sockets, forward } of this.#record.all()) {
      if (forward.kind === 'remote') continue;
      isDue ||= isBound ? !sockets.every(isStillThere) : monotonicMs() >= this.#nextTryMs;
    }
    if (isDue) void this.#mend(pid);
  }

  /** Says what was in the way. */
  async openAgain(forwards: readonly Forward[]): Promise<string | undefined> {
    const path = this.#owner.controlPath();
    return path === undefined ? undefined : await openAgain(path, forwards, this.#owner.env);
  }

  /** Told once for each problem, and not with each try. */
  miss(forward: Forward, problem: ForwardProblem, before: string | undefined): void {
    this.#record.miss(forward, problem);
    if (problem.sentence === before) return;
    this.#news.missing(forward, problem.sentence);
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
    const watched = [...this.#record.all()].map(({ forward }) => forward);
    const lost = this.#record
      .see(watched, pid)
      .filter((sight) => isLess(sight, this.#record.of(sight.forward)));
    const forwards = lost.map(({ forward }) => forward);
    const before = new Map(forwards.map((forward) => [forward, this.#record.of(forward)]));
    this.#news.lost(lost.filter(({ forward }) => before.get(forward)?.isBound));
    // Half of a forward is not known to be all that can be had before ssh was asked for the other.
    this.#record.saw(lost.filter(({ state }) => state !== 'half'));
    const free = lost.filter(({ state }) => state !== 'held');
    const said = await this.openAgain(free.map(({ forward }) => forward));
    // By now it may be another ssh's turn.
    if (this.#owner.pid() !== pid) return;
    const asked = new Set(free.map(({ forward }) => forward));
    const after = this.#record
      .see(forwards, pid)
      .filter(({ state, forward }) => state !== 'half' || asked.has(forward));
    this.#record.saw(after, said);
    this.#conclude(after, said, before);
  }

  #conclude(
    sights: readonly ForwardSight[],
    said: string | undefined,
    before: ReadonlyMap<Forward, KnownForward | undefined>,
  ): void {
    const isBack = ({ forward }: ForwardSight) => this.#record.of(forward)?.isBound !== false;
    this.#news.restored(sights.filter(isBack), true);
    for (const sight of sights) {
      const { forward } = sight;
      if (isBack(sight)) continue;
      this.miss(forward, this.#record.problemOf(sight, said), before.get(forward)?.problem);
    }
    this.#tries = this.#record.isWhole ? 0 : this.#tries + 1;
    this.#nextTryMs = monotonicMs() + Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** (this.#tries - 1));
    const missing = sights.find(
      ({ state, forward }) => state === 'missing' && !this.#record.isOfConfig(forward),
    );
    this.#inVain = missing === undefined ? 0 : this.#inVain + 1;
    if (missing === undefined || this.#inVain < TRIES) return;
    this.#owner.giveUp({ class: 'dropped', ...this.#record.problemOf(missing, said) });
  }
}
