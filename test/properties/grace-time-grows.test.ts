import { expect, test } from 'vitest';
import { quickBelowMs, AUTOSSH_RULE_SETS } from './support/expected-rules.ts';
import { demand, LONGEST_MS, RUNS, tryToBreak, type Law } from './support/laws.ts';

let waits = 0;

function createLaw(): Law {
  let seen = 0;
  let last = 0;
  let spawnedAtMs = 0;
  let hasLived = false;

  return {
    before(step, { tunnel, model }) {
      const nowMs = tunnel.clock.now();
      if (step.do === 'spawn') spawnedAtMs = nowMs;
      if (step.do === 'exit') {
        hasLived = nowMs - spawnedAtMs >= quickBelowMs(model.settings.pollSeconds);
      }
    },
    after({ tunnel, model }) {
      for (; seen < tunnel.emitted.length; seen += 1) {
        const fact = tunnel.emitted[seen]!;
        if (fact.type !== 'backoff.began') continue;
        const { graceSeconds: grace } = fact;
        demand(Number.isInteger(grace), `${grace} s are no whole seconds`);
        demand(grace <= model.settings.pollSeconds, `the grace time of ${grace} s passes its cap`);
        if (hasLived) demand(grace === 0, `${grace} s after an ssh that lived long enough`);
        else demand(grace >= last, `the grace time fell from ${last} to ${grace} s`);
        if (grace > 0) waits += 1;
        last = grace;
      }
    },
  };
}

test.each(AUTOSSH_RULE_SETS)(
  'the grace time never falls while failures continue, and never passes the poll time (%s)',
  (rules) => {
    waits = 0;
    tryToBreak(rules, createLaw);
    expect(waits).toBeGreaterThan(RUNS / 50);
  },
  LONGEST_MS,
);
