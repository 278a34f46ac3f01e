import { expect, test } from 'vitest';
import { expectedGrace, quickBelowMs, AUTOSSH_RULE_SETS } from './support/expected-rules.ts';
import { demand, LONGEST_MS, RUNS, tryToBreak, type Law } from './support/laws.ts';

/** What may end a wait: an operator, the system waking up, or a change of the network. */
const ASKING = ['restart', 'retry', 'changeNetwork'];

let waits = 0;

function createLaw(): Law {
  let tries = 0;
  let spawnedAtMs = 0;
  let endedAtMs: number | undefined;
  let starts = 0;
  let switches = 0;

  return {
    before(step, { tunnel, model }) {
      const nowMs = tunnel.clock.now();
      if (step.do === 'spawn') spawnedAtMs = nowMs;
      if (step.do !== 'exit') return;
      const isQuick = nowMs - spawnedAtMs < quickBelowMs(model.settings.pollSeconds);
      tries = isQuick ? tries + 1 : 0;
      endedAtMs = nowMs;
    },
    after({ tunnel, model }, step) {
      const { startedAtMs } = tunnel;
      if (tunnel.switches > switches) {
        // A challenger that took over was not started now: it is the ssh whose death counts from here on.
        switches = tunnel.switches;
        starts = startedAtMs.length;
        spawnedAtMs = tunnel.clock.now();
        return;
      }
      if (startedAtMs.length === starts) return;
      demand(startedAtMs.length === starts + 1, 'two starts at once');
      starts += 1;
      if (endedAtMs === undefined) return;

      const { rules, pollSeconds } = model.settings;
      const graceMs = expectedGrace(rules, pollSeconds, tries) * 1000;
      const waitedMs = startedAtMs.at(-1)! - endedAtMs;
      if (graceMs > 0) waits += 1;
      if (ASKING.includes(step!.do)) return;
      demand(waitedMs >= graceMs, `start ${starts} after ${waitedMs} of ${graceMs} ms`);
      demand(waitedMs === graceMs, `start ${starts} late: after ${waitedMs}, not ${graceMs} ms`);
    },
  };
}

test.each(AUTOSSH_RULE_SETS)(
  'starts only when the grace time is over, unless somebody asked (%s)',
  (rules) => {
    waits = 0;
    tryToBreak(rules, createLaw);
    expect(waits).toBeGreaterThan(RUNS / 50);
  },
  LONGEST_MS,
);
