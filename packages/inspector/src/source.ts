import type { WhyReport } from '@holdfast/engine';
import type { Step } from '@holdfast/recording';
import type {
  DrawnChart,
  InspectorAction,
  InspectorHello,
  InspectorRow,
  StepsAnswer,
} from './api.ts';

/** A part of the time, in milliseconds since 1970; without an end it is open there. */
export interface TimeRange {
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** Who is told what changes. It may be called as often as one likes: what goes out is made from it later, and bounded. */
export interface SourceObserver {
  /** The row of this one may be another now. */
  changed(name: string): void;
  /** The list is another now: something came, or went. */
  listed(): void;
  /** Whether anybody wants the steps of this one; else nothing need be made of them. */
  isFollowed(name: string): boolean;
  /** Something happened to one that is followed. */
  stepped(name: string, step: Step): void;
  /** Nothing more will come. */
  ended(reason: string): void;
}

/**
 * What the inspector's server serves: tunnels that run, a recording of one, or machines of a user's own program.
 *
 * Everything that it gives goes to a browser as it is: it holds no secrets, and no control characters. What it cannot do it refuses with an
 * InspectorError, such as `unknown-tunnel`.
 */
export interface InspectorSource {
  /** What this source is, and which orders it takes. */
  hello(): InspectorHello;
  /** `undefined`: there is no such chart. */
  chart(id: string): DrawnChart | undefined | Promise<DrawnChart | undefined>;
  /** In the order of the list. */
  names(): readonly string[];
  /** `undefined`: there is none of that name. */
  row(name: string): InspectorRow | undefined;
  /**
   * Tells the observer what changes, until the function that it returns is called.
   *
   * There is one observer at most, and none while nobody reads: whatever watching costs is to begin here, and to end there.
   */
  watch(observer: SourceObserver): () => void;
  /** What happened to one, oldest first. */
  steps(name: string, range: TimeRange): StepsAnswer | Promise<StepsAnswer>;
  /** Why one is as it is, in sentences. */
  why(name: string): WhyReport | Promise<WhyReport>;
  /** Resolves when the order was given; what becomes of it is seen in the rows. */
  act(name: string, action: InspectorAction): void | Promise<void>;
}
