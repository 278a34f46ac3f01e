import type { Step } from '@holdfast/recording';
import type { InspectorAction, InspectorHello, InspectorRow, StepsAnswer } from '../api.ts';
import { InspectorError } from '../inspector-error.ts';
import type { InspectorSource, SourceObserver, TimeRange } from '../source.ts';
import { makeRow } from './make-row.ts';
import { makeStep } from './make-step.ts';

const AT_MS = Date.UTC(2030, 0, 2, 3, 4, 5);

/** A source that shows what it is told to show, and remembers what it was asked for. */
export interface FakeSource extends InspectorSource {
  /** Every order, and every question about the past. */
  readonly asked: readonly (readonly unknown[])[];
  /** Who watches now. */
  observer(): SourceObserver | undefined;
  /** How often a row was made. */
  rowsMade(): number;
  /** Changes a row, or adds one, and says so. */
  put(name: string, more?: Partial<InspectorRow>): void;
  remove(name: string): void;
  setSteps(answer: Partial<StepsAnswer>): void;
  setHello(hello: Partial<InspectorHello>): void;
}

export function fakeRow(name: string, more: Partial<InspectorRow> = {}): InspectorRow {
  return makeRow({ name, sinceMs: AT_MS, host: `${name}.example`, ...more });
}

export function fakeStep(index: number, more: Partial<Step> = {}): Step {
  const step = makeStep({ index, atMs: AT_MS + index });
  return { ...step, facts: { ...step.facts, roundTripMs: 1 }, ...more };
}

export function createFakeSource(names: readonly string[]): FakeSource {
  const rows = new Map(names.map((name) => [name, fakeRow(name)]));
  const asked: (readonly unknown[])[] = [];
  let watching: SourceObserver | undefined;
  let made = 0;
  let found: Partial<StepsAnswer> = {};
  let hello: InspectorHello = {
    kind: 'live',
    version: '1.2.3',
    title: 'a test',
    actions: ['start', 'restart', 'stop', 'probe'],
  };
  return {
    asked,
    observer: () => watching,
    rowsMade: () => made,
    put(name, more) {
      const isNew = !rows.has(name);
      rows.set(name, { ...(rows.get(name) ?? fakeRow(name)), ...more });
      if (isNew) watching?.listed();
      else watching?.changed(name);
    },
    remove(name) {
      rows.delete(name);
      watching?.listed();
    },
    setSteps: (answer) => (found = answer),
    setHello: (more) => (hello = { ...hello, ...more }),
    hello: () => hello,
    chart: (id) => (id === 'tunnel' ? { chart: emptyChart(), layout: emptyLayout() } : undefined),
    names: () => [...rows.keys()],
    row(name) {
      made += 1;
      return rows.get(name);
    },
    watch(observer) {
      if (watching !== undefined) throw new Error('it is watched already');
      watching = observer;
      return () => (watching = undefined);
    },
    steps(name: string, range: TimeRange) {
      asked.push(['steps', name, range]);
      return { name, earliestMs: null, steps: [], isCut: false, ...found };
    },
    why() {
      throw new InspectorError('gone', 'there is no why');
    },
    act: (name: string, action: InspectorAction) => void asked.push([action, name]),
  };
}

const emptyChart = () => ({ id: 'tunnel', description: null, states: [], transitions: [] });
const emptyLayout = () => ({ width: 0, height: 0, states: {}, transitions: {} });
