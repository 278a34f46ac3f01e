import type { InspectorRow } from '@holdfast/inspector';
import type { Step } from '@holdfast/recording';
import { ACTIVE, INPUTS, type InputName, type ScriptedInput } from './tunnel-inputs.ts';

/** What an input brings besides what every such input does. */
export type Brought = Partial<Step['facts']> &
  Partial<Pick<InspectorRow, 'needsAttention' | 'isDegraded'>>;

/** A tunnel that does what a test says. */
export interface ScriptedTunnel {
  readonly row: () => InspectorRow;
  readonly steps: () => readonly Step[];
  readonly play: (input: InputName, atMs: number, brought?: Brought) => Step;
}

const FIRST_FACTS: Step['facts'] = {
  starts: 0,
  misses: 0,
  failureClass: null,
  failureSentence: null,
  nextStartAtMs: null,
  roundTripMs: null,
};

/** A tunnel without a past. */
export function scriptedTunnel(name: string, host: string): ScriptedTunnel {
  const steps: Step[] = [];
  let row = firstRow(name, host);

  function play(
    input: InputName,
    atMs: number,
    { needsAttention, isDegraded, ...brought }: Brought = {},
  ): Step {
    const {
      event,
      state,
      taken,
      sentences,
      active = ACTIVE[INPUTS[input].state],
    }: ScriptedInput = INPUTS[input];
    const before = steps.at(-1)?.facts ?? FIRST_FACTS;
    const facts = {
      ...before,
      nextStartAtMs: null,
      roundTripMs: null,
      ...countsAfter(input, before),
      ...brought,
    };
    const step: Step = {
      index: steps.length,
      atMs,
      event,
      detail: null,
      state,
      active,
      taken,
      facts,
      sentences,
    };
    steps.push(step);
    row = {
      ...row,
      state,
      active,
      taken,
      starts: facts.starts,
      nextStartAtMs: facts.nextStartAtMs,
      failureClass: facts.failureClass,
      failureSentence: facts.failureSentence,
      sinceMs: lasts(row.state, state) ? row.sinceMs : atMs,
      isDegraded: isDegraded ?? row.isDegraded,
      isSuspect: active.includes('running.probing.suspect'),
      needsAttention: needsAttention ?? row.needsAttention,
      phase: state === 'connecting' ? 'authenticating' : null,
      roundTripsMs:
        facts.roundTripMs === null
          ? row.roundTripsMs
          : [...row.roundTripsMs, facts.roundTripMs].slice(-60),
    };
    return step;
  }

  return { row: () => row, steps: () => steps, play };
}

/** As a status says it: a probe that is out does not end the time in which traffic is carried. */
function lasts(before: string, state: string): boolean {
  const isUp = (word: string) => word === 'healthy' || word === 'probing';
  return before === state || (isUp(before) && isUp(state));
}

function countsAfter(input: InputName, { starts, misses }: Step['facts']): Partial<Step['facts']> {
  if (input === 'grant') return { starts: starts + 1, misses: 0 };
  if (input === 'miss' || input === 'death') return { misses: misses + 1 };
  return input === 'answer' ? { misses: 0 } : {};
}

function firstRow(name: string, host: string): InspectorRow {
  return {
    name,
    chart: 'tunnel',
    state: 'backoff',
    active: ACTIVE.backoff,
    taken: [],
    sinceMs: 0,
    isDegraded: false,
    isSuspect: false,
    needsAttention: false,
    phase: null,
    host,
    starts: 0,
    nextStartAtMs: null,
    failureClass: null,
    failureSentence: null,
    roundTripsMs: [],
  };
}
