import { expect, test } from 'vitest';
import { demand, LONGEST_MS, RUNS, tryToBreak, type Law } from './support/laws.ts';

let granted = 0;
/** Grants that came while nobody had asked. */
let unasked = 0;

function createLaw(): Law {
  let starts = 0;
  let wasAsking = false;

  return {
    before(step, { tunnel }) {
      wasAsking = tunnel.emitted.at(-1)?.type === 'start.asked';
      if (step.do === 'grant' && !wasAsking && tunnel.isActive) unasked += 1;
    },
    after({ tunnel, model }, step) {
      const { asksBeforeStart } = model.settings;
      const asked = tunnel.emitted.filter(({ type }) => type === 'start.asked').length;
      if (!asksBeforeStart) {
        demand(asked === 0, 'somebody was asked who cannot answer');
        return;
      }
      // A challenger that takes over was granted as such.
      const begun = tunnel.startedAtMs.length - tunnel.switches - starts;
      starts += begun;
      demand(starts <= asked && asked <= starts + 1, `${asked} questions, ${starts} starts`);
      if (begun === 0) return;
      demand(begun === 1 && step?.do === 'grant' && wasAsking, 'a start that nobody granted');
      granted += 1;
    },
  };
}

test(
  'no start without a grant, where starts have to be asked for (holdfast)',
  () => {
    granted = 0;
    unasked = 0;
    tryToBreak('holdfast', createLaw);
    expect(granted).toBeGreaterThan(RUNS / 2);
    expect(unasked).toBeGreaterThan(RUNS / 2);
  },
  LONGEST_MS,
);
