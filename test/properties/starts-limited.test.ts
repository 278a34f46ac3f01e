import { expect, test } from 'vitest';
import { RULE_SET_NAMES } from './support/expected-rules.ts';
import { demand, LONGEST_MS, RUNS, tryToBreak, type Law } from './support/laws.ts';

let usedUp = 0;

function createLaw(): Law {
  return {
    after({ tunnel, model }) {
      const { maxStarts } = model.settings;
      const starts = tunnel.startedAtMs.length;
      demand(maxStarts < 0 || starts <= maxStarts, `${starts} starts of ${maxStarts}`);
      demand(
        tunnel.actor.getSnapshot().context.starts === starts,
        'starts of ssh and starts counted differ',
      );
    },
    finally({ tunnel, model }) {
      if (tunnel.end?.class !== 'starts-used-up') return;
      usedUp += 1;
      const starts = tunnel.startedAtMs.length;
      demand(starts === model.settings.maxStarts, `used up after ${starts} starts`);
      demand(tunnel.end.exitStatus === 0 && tunnel.state === 'stopped', 'a limit is no error');
    },
  };
}

test.each(RULE_SET_NAMES)(
  'starts never exceed the maximum (%s)',
  (rules) => {
    usedUp = 0;
    tryToBreak(rules, createLaw);
    expect(usedUp).toBeGreaterThan(RUNS / 50);
  },
  LONGEST_MS,
);
