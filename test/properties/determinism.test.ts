import { isDeepStrictEqual } from 'node:util';
import { test } from 'vitest';
import { RULE_SET_NAMES } from './support/expected-rules.ts';
import {
  demand,
  FEWER_RUNS,
  LONGEST_MS,
  tryToBreak,
  tryToBreakInDoubt,
  type LawRun,
} from './support/laws.ts';
import { steppedTunnel, type SteppedTunnel } from './support/stepped-tunnel.ts';
import { stepTunnel, type Step } from './support/steps.ts';

function traceOf({ actor, states, holes, emitted, startedAtMs }: SteppedTunnel) {
  const { value, context, status, output } = actor.getSnapshot();
  return { value, context, status, output, states, holes, emitted, startedAtMs };
}

/** Does the same once more, on a new machine. */
function repeat(
  { settings, steps }: LawRun,
  change: (step: Step) => readonly Step[],
): SteppedTunnel {
  const tunnel = steppedTunnel(settings, false);
  for (const step of steps.flatMap(change)) stepTunnel(step, tunnel);
  return tunnel;
}

/** The same time, in two steps of the clock. */
function halve(step: Step): readonly Step[] {
  if (step.do !== 'advance') return [step];
  const half = Math.floor(step.ms / 2);
  return [
    { do: 'advance', ms: half },
    { do: 'advance', ms: step.ms - half },
  ];
}

test.each(RULE_SET_NAMES)(
  'the same events give the same states (%s)',
  (rules) => {
    tryToBreak(
      rules,
      () => ({
        finally(run) {
          const again = traceOf(repeat(run, (step) => [step]));
          demand(
            isDeepStrictEqual(again, traceOf(run.tunnel)),
            'the second time it went otherwise',
          );
        },
      }),
      FEWER_RUNS,
    );
  },
  LONGEST_MS,
);

test.each(RULE_SET_NAMES)(
  'it does not matter in which steps the clock moves (%s)',
  (rules) => {
    tryToBreak(
      rules,
      () => ({
        finally(run) {
          const again = traceOf(repeat(run, halve));
          demand(isDeepStrictEqual(again, traceOf(run.tunnel)), 'two steps are not one');
        },
      }),
      FEWER_RUNS,
    );
  },
  LONGEST_MS,
);

test(
  'both hold for a tunnel that is doubted',
  () => {
    tryToBreakInDoubt(
      () => ({
        finally(run) {
          const told = traceOf(run.tunnel);
          for (const change of [(step: Step) => [step], halve]) {
            demand(isDeepStrictEqual(traceOf(repeat(run, change)), told), 'it went otherwise');
          }
        },
      }),
      FEWER_RUNS,
    );
  },
  LONGEST_MS,
);
