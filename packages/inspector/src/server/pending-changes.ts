import type { Step } from '@holdfast/recording';
import type { InspectorSource, SourceObserver } from '../source.ts';

/** What is to be said next. Rows are JSON: the text that was compared is the text that is sent. */
export interface Changes {
  /** Whether the rows are all there are, because the list is another now. */
  readonly isWhole: boolean;
  readonly rows: readonly string[];
  readonly stepsOf: (name: string) => readonly Step[];
}

/** Gathers what a source tells until it is said. */
export interface PendingChanges {
  readonly observer: SourceObserver;
  has(): boolean;
  /** What has changed since the last time: rows that look as before are none of it. */
  take(): Changes;
  /** Every row, as it was said last. */
  all(): readonly string[];
  forget(): void;
}

interface Listener {
  readonly isFollowed: (name: string) => boolean;
  /** There is something to say. */
  readonly wake: () => void;
  readonly ended: (reason: string) => void;
}

/** More steps than that in one rest are an accident: who follows can ask for them. */
const MOST_STEPS = 1000;

/** Makes an empty heap of changes. Rows are made of those that changed only, and only when they are taken. */
export function createPendingChanges(source: InspectorSource, listener: Listener): PendingChanges {
  const said = new Map<string, string>();
  const changed = new Set<string>();
  const steps = new Map<string, Step[]>();
  let isListed = true;

  const readRow = (name: string): string | undefined => {
    const row = source.row(name);
    return row === undefined ? undefined : JSON.stringify(row);
  };
  const readAll = () => {
    said.clear();
    for (const name of source.names()) {
      const row = readRow(name);
      if (row !== undefined) said.set(name, row);
    }
    isListed = false;
    changed.clear();
    return [...said.values()];
  };
  const readChanged = () => {
    const rows: string[] = [];
    for (const name of changed) {
      const row = readRow(name);
      if (row === undefined || row === said.get(name)) continue;
      said.set(name, row);
      rows.push(row);
    }
    changed.clear();
    return rows;
  };

  return {
    observer: {
      changed(name) {
        changed.add(name);
        listener.wake();
      },
      listed() {
        isListed = true;
        listener.wake();
      },
      isFollowed: listener.isFollowed,
      stepped(name, step) {
        const kept = steps.get(name) ?? [];
        if (kept.length < MOST_STEPS) kept.push(step);
        steps.set(name, kept);
        listener.wake();
      },
      ended: listener.ended,
    },
    has: () => isListed || changed.size > 0 || steps.size > 0,
    take() {
      const isWhole = isListed;
      const rows = isWhole ? readAll() : readChanged();
      const taken = new Map(steps);
      steps.clear();
      return { isWhole, rows, stepsOf: (name) => taken.get(name) ?? [] };
    },
    all: () => (isListed ? readAll() : [...said.values()]),
    forget() {
      said.clear();
      changed.clear();
      steps.clear();
      isListed = true;
    },
  };
}
