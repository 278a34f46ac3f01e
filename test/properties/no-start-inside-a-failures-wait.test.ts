import type { FailureClass } from '@holdfast/machines';
import { expect, test } from 'vitest';
import {
  expectedCapMs,
  expectedEndedBy,
  expectedWaitMs,
  FAILURE_CLASSES,
} from './support/expected-failures.ts';
import { demand, LONGEST_MS, RUNS, tryToBreak, type Law, type LawRun } from './support/laws.ts';
import type { Step } from './support/steps.ts';

/** How many waits each class had. */
let waits = new Map<FailureClass, number>();
/** How many waits were cut short by other news than an operator's and the network's. */
let cut = 0;

interface Wait {
  readonly name: FailureClass | undefined;
  readonly ms: number;
  readonly sinceMs: number;
}

/** What may end a wait: an operator, a change of the network, and what the class itself waits for. */
function endsWait(step: Step, { name }: Wait): boolean {
  switch (step.do) {
    case 'restart':
    case 'retry':
    case 'changeNetwork':
      return true;
    case 'answerAtHost':
      return name !== undefined && expectedEndedBy(name) === 'host';
    case 'changeKeys':
      return name !== undefined && expectedEndedBy(name) === 'keys';
    default:
      return false;
  }
}

/** How often a start was due so far: asked for, or made where nobody has to be asked. A switch starts no ssh. */
function duesOf({ tunnel, model }: LawRun): number {
  if (!model.settings.asksBeforeStart) return tunnel.startedAtMs.length - tunnel.switches;
  return tunnel.emitted.filter(({ type }) => type === 'start.asked').length;
}

function dueAtMs({ tunnel, model }: LawRun): number {
  return model.settings.asksBeforeStart ? tunnel.clock.now() : tunnel.startedAtMs.at(-1)!;
}

function createLaw(): Law {
  let wait: Wait = { name: undefined, ms: 0, sinceMs: 0 };
  let dues = 0;
  let told = 0;

  return {
    before(step, { tunnel, model }) {
      told = tunnel.emitted.length;
      if (step.do !== 'exit' && step.do !== 'refuseToRun') return;
      const name = step.do === 'exit' ? model.failureOf(step.failure) : step.failure;
      const { chance = 0.5 } = step;
      // The number of the try is known only after the step: health may have forgiven the ones before.
      wait = {
        name,
        sinceMs: tunnel.clock.now(),
        get ms() {
          return name === undefined
            ? 0
            : expectedWaitMs(name, model.failures.counts.get(name)!, chance);
        },
      };
    },
    after(run, step) {
      const { tunnel } = run;
      const began = tunnel.emitted.slice(told).find(({ type }) => type === 'backoff.began');
      if (began?.type === 'backoff.began' && step !== undefined) {
        const { name } = wait;
        const toldMs = Math.round(began.graceSeconds * 1000);
        demand(toldMs === wait.ms, `${toldMs} ms were told, not ${wait.ms}`);
        demand(
          toldMs <= (name === undefined ? 0 : expectedCapMs(name)),
          `${toldMs} ms for ${name}`,
        );
        demand(began.failure?.class === name, `told for ${began.failure?.class}, not ${name}`);
        if (name !== undefined) waits.set(name, (waits.get(name) ?? 0) + 1);
      }
      const due = duesOf(run);
      if (due === dues) return;
      demand(due === dues + 1, 'two starts at once');
      dues = due;
      if (step === undefined) return;
      const waitedMs = dueAtMs(run) - wait.sinceMs;
      if (waitedMs < wait.ms && endsWait(step, wait)) {
        if (step.do === 'answerAtHost' || step.do === 'changeKeys') cut += 1;
        return;
      }
      demand(waitedMs >= wait.ms, `a start after ${waitedMs} of ${wait.ms} ms`);
    },
  };
}

test(
  'starts only when the wait of the failure class is over, unless somebody asked (holdfast)',
  () => {
    waits = new Map();
    cut = 0;
    tryToBreak('holdfast', createLaw);
    expect(cut).toBeGreaterThan(RUNS / 50);
    const hopeful = FAILURE_CLASSES.filter((name) => expectedCapMs(name) > 0);
    for (const name of hopeful) expect(waits.get(name), name).toBeGreaterThan(RUNS / 200);
  },
  LONGEST_MS,
);
