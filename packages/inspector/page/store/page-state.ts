import type { Step } from '@holdfast/recording';
import type { DrawnChart, InspectorHello, InspectorRow } from '../../src/api.ts';
import type { Sort } from '../list/order.ts';
import type { Connection } from '../stream/follow.ts';

/** A moment of the past that is looked at. */
export interface Travel {
  readonly atMs: number;
  /** The one step, if several happened in that millisecond; see `keyOf`. */
  readonly key: string | null;
}

/** What is known of the past of the chosen one. */
export interface Past {
  readonly steps: readonly Step[];
  readonly earliestMs: number | null;
  /** Whether older steps can be asked for. */
  readonly isCut: boolean;
  readonly isLoaded: boolean;
}

/** What became of an order, for people. */
export interface Notice {
  readonly text: string;
  readonly isProblem: boolean;
}

/** Why one is as it is, and when that was told. */
export interface Reasons {
  readonly sentences: readonly string[];
  readonly atMs: number;
}

/** Everything that the page shows. */
export interface PageState {
  readonly hello: InspectorHello | null;
  readonly connection: Connection;
  /** The server's clock minus the browser's, in milliseconds. */
  readonly offsetMs: number;
  readonly rows: ReadonlyMap<string, InspectorRow>;
  /** Names of all rows, in order. */
  readonly order: readonly string[];
  readonly sort: Sort;
  readonly filter: string;
  readonly chosen: string | null;
  /** `null`: now. */
  readonly travel: Travel | null;
  readonly past: Past;
  readonly charts: ReadonlyMap<string, DrawnChart>;
  /** Why the chosen one is as it is; `null` until it was told. */
  readonly why: Reasons | null;
  readonly notice: Notice | null;
  /** Of a recording: how many of its seconds go by in one; 0 while it stands still. */
  readonly speed: number;
  /** Messages of the stream so far. */
  readonly messages: number;
}

export const NO_PAST: Past = { steps: [], earliestMs: null, isCut: false, isLoaded: false };

/** Before anything was heard. */
export const FIRST_STATE: PageState = {
  hello: null,
  connection: { kind: 'connecting' },
  offsetMs: 0,
  rows: new Map(),
  order: [],
  sort: 'name',
  filter: '',
  chosen: null,
  travel: null,
  past: NO_PAST,
  charts: new Map(),
  why: null,
  notice: null,
  speed: 0,
  messages: 0,
};
