import type { FleetEvent } from './fleet-event.ts';

/** The last events of one tunnel that people want to know of. */
export interface History {
  add(event: FleetEvent): void;
  /** Oldest first. */
  entries(): readonly { readonly at: string; readonly sentence: string }[];
}

/** More than anybody reads, and small enough to keep for hundreds of tunnels. */
const KEPT = 20;

/** Makes an empty history. */
export function createHistory(): History {
  const kept: { at: string; sentence: string }[] = [];
  return {
    add({ at, level, sentence }) {
      if (level === 'debug') return;
      kept.push({ at, sentence });
      if (kept.length > KEPT) kept.shift();
    },
    entries: () => [...kept],
  };
}
