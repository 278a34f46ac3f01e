// A state chart as plain data: it survives JSON, and holds no function.

/** The whole chart of a machine, in the order of its definition. */
export interface Chart {
  /** The machine's own id. */
  readonly id: string;
  readonly description: string | null;
  /** The root first, then depth first. */
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
}

/** What kind of state it is. */
export type ChartStateKind = 'atomic' | 'compound' | 'parallel' | 'final' | 'history';

/** One state. */
export interface ChartState {
  /** Its place, such as `running.unproven.gating`; the root's is empty. */
  readonly path: string;
  /** The last word of its path; the root's is the id of the machine. */
  readonly name: string;
  /** The path of the state around it; `null` for the root. */
  readonly parent: string | null;
  readonly kind: ChartStateKind;
  /** The path of the state that it begins in; `null` if it has none. */
  readonly initial: string | null;
  readonly description: string | null;
  /** Names of the actions on entering it. */
  readonly entry: readonly string[];
  /** Names of the actions on leaving it. */
  readonly exit: readonly string[];
  /** Names of the actors that live as long as it is active. */
  readonly invokes: readonly string[];
  /** How much a history state remembers; `initial` is then where it leads before there is anything. */
  readonly history?: 'shallow' | 'deep';
}

/** What sets a transition off. */
export interface ChartTrigger {
  readonly kind: 'event' | 'after' | 'always' | 'done' | 'error';
  /** The type of the event, the name of the delay, the id of the actor; empty with `always`. */
  readonly name: string;
}

/** One transition. */
export interface ChartTransition {
  /** Unique in its chart and the same in each run: see `transitionId`. */
  readonly id: string;
  /** Path of the state that has it. */
  readonly source: string;
  /** Path of the state that it leads to; `null` if it only acts. */
  readonly target: string | null;
  readonly trigger: ChartTrigger;
  /** Name of the condition, such as `hasProbes` or `not hasGate`; `null` if it has none. */
  readonly guard: string | null;
  /** Names of its actions. */
  readonly actions: readonly string[];
  readonly description: string | null;
  /** The paths of further states that it leads to, in other regions of a parallel state. */
  readonly otherTargets?: readonly string[];
  /** Whether the source is left and entered again, also if the target is within it. */
  readonly reenter?: true;
}
