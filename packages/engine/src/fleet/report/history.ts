import { sameText } from '@holdfast/machines';
import type { FleetEvent } from '../fleet-event.ts';
import { repetitionWords } from './told-events.ts';

/** The last events of one tunnel, and of the whole fleet where they concern it, that people want to know of. */
export interface History {
  add(event: FleetEvent): void;
  /** Oldest first. */
  entries(): readonly { readonly at: string; readonly sentence: string }[];
}

/** More than anybody reads, and small enough to keep for hundreds of tunnels. */
const KEPT = 20;

interface Entry {
  readonly at: string;
  readonly sentence: string;
  /** What was told again; `undefined` for what was told for the first time. */
  readonly again: string | undefined;
  readonly isFleetWide: boolean;
}

/**
 * Makes an empty history.
 *
 * What is told again takes the place of what was told again before, so that it does not push out all else; when it was told first stays.
 * So does what concerns the whole fleet, as long as nothing happened to the tunnel in between: a laptop changes its network all the time.
 */
export function createHistory(): History {
  const kept: Entry[] = [];
  return {
    add(event) {
      const { at, level, sentence } = event;
      if (level === 'debug') return;
      const again = toldAgain(event);
      const entry = { at, sentence, again, isFleetWide: event.tunnel === null };
      const before = entry.isFleetWide ? sameChange(kept, sentence) : toldBefore(kept, again);
      if (before !== -1) kept.splice(before, 1);
      kept.push(entry);
      if (kept.length > KEPT) kept.shift();
    },
    entries: () => kept.map(({ at, sentence }) => ({ at, sentence })),
  };
}

function toldBefore(kept: readonly Entry[], again: string | undefined): number {
  return again === undefined ? -1 : kept.findIndex((entry) => entry.again === again);
}

function sameChange(kept: readonly Entry[], sentence: string): number {
  const lastOwn = kept.findLastIndex(({ isFleetWide }) => !isFleetWide);
  return kept.findIndex((entry, index) => index > lastOwn && entry.sentence === sentence);
}

function toldAgain(event: FleetEvent): string | undefined {
  if (event.repeated === undefined) return undefined;
  return sameText(event.sentence.slice(0, -repetitionWords(event).length));
}
