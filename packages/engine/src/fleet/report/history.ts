import { sameText } from '@holdfast/machines';
import type { FleetEvent } from '../fleet-event.ts';
import { repetitionWords } from './told-events.ts';

/** More than anybody reads, and small enough to keep for hundreds of tunnels. */
const KEPT = 20;

interface Entry {
  readonly at: string;
  readonly sentence: string;
  /** What was told again; `undefined` for what was told for the first time. */
  readonly again: string | undefined;
  readonly isFleetWide: boolean;
}

const NOTHING: readonly Entry[] = [];

/**
 * The last events of one tunnel, and of the whole fleet where they concern it, that people want to know of.
 *
 * What is told again takes the place of what was told again before, so that it does not push out all else; when it was told first stays.
 * So does what concerns the whole fleet, as long as nothing happened to the tunnel in between: a laptop changes its network all the time.
 */
export class History {
  /** Made anew with each: an array that is pushed to keeps room for 17 more. */
  #kept = NOTHING;

  add(event: FleetEvent): void {
    const { at, level, sentence } = event;
    if (level === 'debug') return;
    const entry = { at, sentence, again: toldAgain(event), isFleetWide: event.tunnel === null };
    const replaced = entry.isFleetWide
      ? sameChange(this.#kept, sentence)
      : toldBefore(this.#kept, entry.again);
    const others = this.#kept.filter((each) => each !== replaced);
    this.#kept = [...others.slice(1 - KEPT), entry];
  }

  /** Oldest first. */
  entries(): readonly { readonly at: string; readonly sentence: string }[] {
    return this.#kept.map(({ at, sentence }) => ({ at, sentence }));
  }
}

function toldBefore(kept: readonly Entry[], again: string | undefined): Entry | undefined {
  return again === undefined ? undefined : kept.find((entry) => entry.again === again);
}

function sameChange(kept: readonly Entry[], sentence: string): Entry | undefined {
  const lastOwn = kept.findLastIndex(({ isFleetWide }) => !isFleetWide);
  return kept.slice(lastOwn + 1).find((entry) => entry.sentence === sentence);
}

function toldAgain(event: FleetEvent): string | undefined {
  if (event.repeated === undefined) return undefined;
  return sameText(event.sentence.slice(0, -repetitionWords(event).length));
}
