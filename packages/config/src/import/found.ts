import type { Forward } from '@holdfast/engine/forward';

/** A tunnel as it was found in something else than a tunnels file. */
export interface FoundTunnel {
  readonly host: string;
  readonly forwards: readonly Forward[];
  readonly options: readonly string[];
  /** What -M or AUTOSSH_PORT asked for. */
  readonly monitor?: string | undefined;
  readonly pollSeconds?: number | undefined;
  readonly gateSeconds?: number | undefined;
  readonly maxStarts?: number | 'unlimited' | undefined;
  /** Why it must not be started as it is; absent: it may be. */
  readonly unfinished?: string | undefined;
  /** What whoever reads the result should know about this tunnel, a sentence each. */
  readonly notes: readonly string[];
}

/** What reading a text or some words gave. */
export interface Found {
  readonly tunnels: readonly FoundTunnel[];
  /** What looked like a tunnel and could not be read as one, a sentence each. */
  readonly faults: readonly string[];
  /** What concerns no tunnel alone. */
  readonly notes: readonly string[];
  /** The lines of which all is said with that. */
  readonly lines: readonly number[];
}

/** Reads a text within another one, whatever it is, which begins at a line of that. */
export type ReadText = (text: string, firstLine: number) => Found;

export const NOTHING: Found = { tunnels: [], faults: [], notes: [], lines: [] };

export function joinFound(all: readonly Found[]): Found {
  return {
    tunnels: all.flatMap(({ tunnels }) => tunnels),
    faults: all.flatMap(({ faults }) => faults),
    notes: all.flatMap(({ notes }) => notes),
    lines: all.flatMap(({ lines }) => lines),
  };
}

/** Whether there is anything in it that somebody would miss. */
export function isFound({ tunnels, faults }: Found): boolean {
  return tunnels.length + faults.length > 0;
}

/** Found with notes more for each tunnel. */
export function withNotes(findings: Found, notes: readonly string[]): Found {
  if (notes.length === 0) return findings;
  const tunnels = findings.tunnels.map((tunnel) => ({
    ...tunnel,
    notes: [...tunnel.notes, ...notes],
  }));
  return { ...findings, tunnels };
}

/** Found of which is said where they come from; a tunnel says so only if there is something to say. */
export function atLines(findings: Found, first: number, last: number): Found {
  if (!isFound(findings)) return findings;
  const place = (sentence: string) => `line ${first}: ${sentence}`;
  return {
    ...mapSentences(findings, place),
    lines: [...findings.lines, ...linesBetween(first, last)],
  };
}

/** Found with another sentence for each. */
function mapSentences(findings: Found, change: (sentence: string) => string): Found {
  const tunnels = findings.tunnels.map((tunnel) => ({
    ...tunnel,
    notes: tunnel.notes.map(change),
    unfinished: tunnel.unfinished === undefined ? undefined : change(tunnel.unfinished),
  }));
  const { faults, notes } = findings;
  return { ...findings, tunnels, faults: faults.map(change), notes: notes.map(change) };
}

/** Found of a text whose lines are not those of the file. */
export function withoutLines(findings: Found): Found {
  const bare = mapSentences(findings, (sentence) => sentence.replace(/^line \d+: /, ''));
  return { ...bare, lines: [] };
}

export function linesBetween(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
