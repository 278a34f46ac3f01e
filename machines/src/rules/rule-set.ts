import type { ExitTable } from './exit-status.ts';
import type { GraceRounding } from './grace-time.ts';

/** The names of the rule sets. */
export type RuleSetName = 'classic' | 'autossh-1.3' | 'autossh-1.4' | 'holdfast';

/**
 * Everything in which the rule sets differ, as plain data. The rules themselves are functions over it.
 *
 * A tunnel takes one of {@link RULE_SETS} by its name, or a whole set of your own:
 * `{ ...RULE_SETS.holdfast, name: 'patient', fatalSignals: ['SIGTERM'] }`.
 */
export interface RuleSet {
  /** What people call it. One of your own needs no entry anywhere; it has a name for whoever reads a recording. */
  readonly name: string;
  /** The verdict on every exit. */
  readonly exits: ExitTable;
  /** Deaths by these signals, such as `SIGTERM`, count as somebody's will: the row `fatalSignal` of `exits`. */
  readonly fatalSignals: readonly string[];
  /** What the time before the next start is taken from: quick deaths in a row (`graceSeconds`), or what went wrong (`judgeFailure`). */
  readonly waitsBy: 'tries' | 'failure-class';
  /** How the grace time is rounded. */
  readonly graceRounding: GraceRounding;
  /** Who says how long a probe may take: the heartbeat itself, or the round trips so far. */
  readonly probeTimeout: 'fixed' | 'adaptive';
  /** Exit status of autossh after an error, once ssh has been started (STAT-2, STAT-3). */
  readonly errorExitStatus: 0 | 1;
}

const EXITS_OF_1_4: ExitTable = {
  zero: { inGate: 'fail', afterGate: 'stop', noGate: 'stop', later: 'stop' },
  one: { inGate: 'fail', afterGate: 'fail', noGate: 'restart', later: 'restart' },
  two: { inGate: 'fail', afterGate: 'fail', noGate: 'restart', later: 'restart' },
  lost: { inGate: 'fail', afterGate: 'restart', noGate: 'restart', later: 'restart' },
  other: { inGate: 'fail', afterGate: 'fail', noGate: 'fail', later: 'fail' },
  fatalSignal: { inGate: 'fail', afterGate: 'fail', noGate: 'fail', later: 'fail' },
  otherSignal: { inGate: 'restart', afterGate: 'restart', noGate: 'restart', later: 'restart' },
};

const EXITS_OF_1_3: ExitTable = { ...EXITS_OF_1_4, two: EXITS_OF_1_4.other };

const DELIBERATE_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGKILL'] as const;

const AUTOSSH_1_4: RuleSet = {
  name: 'autossh-1.4',
  exits: EXITS_OF_1_4,
  fatalSignals: [],
  waitsBy: 'tries',
  graceRounding: 'fraction',
  probeTimeout: 'fixed',
  errorExitStatus: 1,
};

/** An ssh that ends is started again, however it ended; only a gate, if one was asked for, can end it. */
const RESTART: ExitTable[keyof ExitTable] = {
  inGate: 'fail',
  afterGate: 'restart',
  noGate: 'restart',
  later: 'restart',
};

const EXITS_OF_FLEETS: ExitTable = {
  zero: RESTART,
  one: RESTART,
  two: RESTART,
  lost: RESTART,
  other: RESTART,
  fatalSignal: RESTART,
  otherSignal: EXITS_OF_1_4.otherSignal,
};

/**
 * The rule sets by name.
 *
 * - `autossh-1.4`: autossh 1.4g. A death by signal restarts, whichever signal it was.
 * - `autossh-1.3`: autossh 1.3. Status 2 and a death by SIGTERM, SIGINT or SIGKILL end it, and its
 *   own exit status is 0 once ssh has been started.
 * - `classic`: 1.4, but a death by SIGTERM, SIGINT or SIGKILL ends it, as in 1.3.
 * - `holdfast`: for fleets. Anything but a deliberate stop restarts; what went wrong decides how soon, or that it
 *   is hopeless.
 *
 * @see docs/rules.md, "Rule sets"; docs/failures.md.
 */
export const RULE_SETS: Readonly<Record<RuleSetName, RuleSet>> = {
  classic: { ...AUTOSSH_1_4, name: 'classic', fatalSignals: DELIBERATE_SIGNALS },
  'autossh-1.4': AUTOSSH_1_4,
  'autossh-1.3': {
    name: 'autossh-1.3',
    exits: EXITS_OF_1_3,
    fatalSignals: DELIBERATE_SIGNALS,
    waitsBy: 'tries',
    graceRounding: 'whole',
    probeTimeout: 'fixed',
    errorExitStatus: 0,
  },
  holdfast: {
    ...AUTOSSH_1_4,
    name: 'holdfast',
    exits: EXITS_OF_FLEETS,
    waitsBy: 'failure-class',
    probeTimeout: 'adaptive',
  },
};
