import { expect, test } from 'vitest';
import { isExpectedTooOften } from './support/expected-failures.ts';
import { demand, LONGEST_MS, RUNS, tryToBreak, type Law } from './support/laws.ts';

let tooOften = 0;
let inTime = 0;

function createLaw(): Law {
  /** When ssh ended for another reason than somebody's will. */
  const failuresMs: number[] = [];
  let isFailure = false;

  return {
    before(step, { model }) {
      isFailure = false;
      if (step.do === 'exit') isFailure = model.failureOf(step.failure) !== undefined;
      if (step.do === 'refuseToRun') isFailure = step.failure !== undefined;
      if (isFailure) failuresMs.push(model.nowMs);
    },
    after({ tunnel, model }) {
      const { restartIntensity } = model.settings;
      const endedAsTooOften = tunnel.end?.class === 'restarts-too-frequent';
      if (restartIntensity === null) {
        demand(!endedAsTooOften, 'there was no limit');
        return;
      }
      if (!isFailure) return;
      isFailure = false;
      const isTooOften = isExpectedTooOften(failuresMs, restartIntensity);
      demand(isTooOften || !endedAsTooOften, 'given up too soon');
      demand(!isTooOften || !tunnel.isActive, 'restarted more often than allowed');
      if (endedAsTooOften) tooOften += 1;
      if (tunnel.isActive) inTime += 1;
    },
  };
}

test(
  'never more restarts in a time than allowed, and no limit for those of an operator (holdfast)',
  () => {
    tooOften = 0;
    inTime = 0;
    tryToBreak('holdfast', createLaw);
    expect(tooOften).toBeGreaterThan(RUNS / 200);
    expect(inTime).toBeGreaterThan(RUNS / 50);
  },
  LONGEST_MS,
);
