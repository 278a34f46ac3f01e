import type { Forward } from '@holdfast/engine/forward';

/** A tunnel as it was found in something else than a file of tunnels. */
export interface FoundTunnel {
  readonly host: string;
  readonly forwards: readonly Forward[];
  readonly options: readonly string[];
  /** What -M or AUTOSSH_PORT asked for. */
  readonly monitor?: string | undefined;
  readonly pollSeconds?: number | undefined;
  readonly gateSeconds?: number | undefined;
  readonly maxStarts?: number | 'unlimited' | undefined;
  /** What whoever reads the result should know about this tunnel, a sentence each. */
  readonly notes: readonly string[];
}

/** What reading a text or some words gave. */
export interface Findings {
  readonly tunnels: readonly FoundTunnel[];
  /** What looked like a tunnel and could not be read as one, a sentence each. */
  readonly faults: readonly string[];
  /** What concerns no tunnel alone. */
  readonly notes: readonly string[];
}

export const NOTHING: Findings = { tunnels: [], faults: [], notes: [] };

export function joinFindings(all: readonly Findings[]): Findings {
  return {
    tunnels: all.flatMap(({ tunnels }) => tunnels),
    faults: all.flatMap(({ faults }) => faults),
    notes: all.flatMap(({ notes }) => notes),
  };
}
