/**
 * Where a start stands with regard to the starting gate: a column of the exit table.
 *
 * `inGate`, `afterGate` and `noGate` speak of the first start; every other start is `later`.
 */
export type GatePhase = 'inGate' | 'afterGate' | 'noGate' | 'later';

/** What the gate rule looks at. */
export interface GateFacts {
  /** Number of this start, counted from 1. */
  readonly starts: number;
  /** The gate time in seconds; 0 turns the gate off. */
  readonly gateSeconds: number;
  /** How long ssh lived, in milliseconds. */
  readonly ageMs: number;
}

/**
 * Tells whether ssh left the starting gate: whether the first one lived longer than the gate time.
 *
 * The edge belongs to the gate: an age equal to the gate time is still inside.
 *
 * @see autossh 1.4g manual, "Startup behaviour"; docs/rules.md, EXIT-1 and EXIT-2.
 */
export function gatePhase({ starts, gateSeconds, ageMs }: GateFacts): GatePhase {
  if (starts > 1) return 'later';
  if (gateSeconds === 0) return 'noGate';
  return ageMs <= gateSeconds * 1000 ? 'inGate' : 'afterGate';
}
