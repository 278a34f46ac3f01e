import type { GatePhase } from './gate.ts';

/** How one ssh ended: by a status of its own, or by a signal. Exactly one of the two is set. */
export interface SshExit {
  /** Exit status, 0 to 255; `null` when a signal ended ssh. */
  readonly status: number | null;
  /** Name of the signal that ended ssh, such as `SIGKILL`; `null` when ssh exited by itself. */
  readonly signal: string | null;
}

/** What an exit of ssh means for the tunnel: start again, end with success, or give up. */
export type ExitVerdict = 'restart' | 'stop' | 'fail';

/** The kinds of exit that the rules tell apart: a row of the table. */
export type ExitKind = 'zero' | 'one' | 'two' | 'lost' | 'other' | 'fatalSignal' | 'otherSignal';

/** One verdict for every kind of exit and every phase of the gate. */
export type ExitTable = Readonly<Record<ExitKind, Readonly<Record<GatePhase, ExitVerdict>>>>;

/** The status of an ssh that lost its connection, or was refused one (ssh(1), "EXIT STATUS"). */
export const LOST_CONNECTION_STATUS = 255;

/**
 * Names the row of the table that an exit falls into.
 *
 * @param fatalSignals - signals after which the rule set does not restart: "someone meant it".
 */
export function exitKind(exit: SshExit, fatalSignals: readonly string[]): ExitKind {
  if (exit.signal !== null) {
    return fatalSignals.includes(exit.signal) ? 'fatalSignal' : 'otherSignal';
  }
  switch (exit.status) {
    case 0:
      return 'zero';
    case 1:
      return 'one';
    case 2:
      return 'two';
    case LOST_CONNECTION_STATUS:
      return 'lost';
    default:
      return 'other';
  }
}

/**
 * The verdict of a rule set on one exit.
 *
 * An exit that the supervisor asked for itself is never judged: its status is ignored (EXIT-9).
 *
 * @see autossh 1.4g manual, "SSH exits"; docs/rules.md, EXIT-1.
 */
export function judgeExit(
  rules: { readonly exits: ExitTable; readonly fatalSignals: readonly string[] },
  exit: SshExit,
  phase: GatePhase,
): ExitVerdict {
  return rules.exits[exitKind(exit, rules.fatalSignals)][phase];
}
