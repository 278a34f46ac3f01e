import { expect, test } from 'vitest';
import { RULE_SET_NAMES } from './support/expected-rules.ts';
import { demand, LONGEST_MS, RUNS, tryToBreak, type Law, type LawRun } from './support/laws.ts';

/** How often the order sent a probe, and how often it was nothing. */
let sent = 0;
let nothing = 0;

function sightOf({ tunnel }: LawRun) {
  const { state, probes, emitted, holes } = tunnel;
  const { context } = tunnel.actor.getSnapshot();
  return { state, probes, context, told: emitted.length, done: holes.length };
}

function createLaw(): Law {
  let before: ReturnType<typeof sightOf> | undefined;

  return {
    before(step, run) {
      before = step.do === 'probeNow' ? sightOf(run) : undefined;
    },
    after(run) {
      if (before === undefined) return;
      const now = sightOf(run);
      demand(now.context === before.context, 'an order to probe is remembered');
      if (before.state === 'healthy' && before.context.probes) {
        demand(now.state === 'probing' && now.probes === before.probes + 1, 'no probe was sent');
        sent += 1;
        return;
      }
      const isSame = now.state === before.state && now.probes === before.probes;
      demand(isSame, `it was ${before.state}, and became ${now.state}`);
      demand(now.told === before.told && now.done === before.done, 'something was told or done');
      nothing += 1;
    },
  };
}

test.each(RULE_SET_NAMES)(
  'an order to probe asks a healthy tunnel with a heartbeat, and is nothing elsewhere (%s)',
  (rules) => {
    sent = 0;
    nothing = 0;
    tryToBreak(rules, createLaw);
    expect(sent).toBeGreaterThan(RUNS / 100);
    expect(nothing).toBeGreaterThan(RUNS / 10);
  },
  LONGEST_MS,
);
