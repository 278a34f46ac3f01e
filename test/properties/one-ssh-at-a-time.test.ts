import { expect, test } from 'vitest';
import { RULE_SET_NAMES } from './support/expected-rules.ts';
import { demand, LONGEST_MS, RUNS, tryToBreak, type Law } from './support/laws.ts';

let restarts = 0;

/** Whether an ssh lives is read off the schedule, not asked of the machine. */
function createLaw(): Law {
  return {
    after({ tunnel }) {
      demand(tunnel.alive.size <= 1, `two ssh at once: starts ${[...tunnel.alive].join(', ')}`);
      const { sshChild } = tunnel.actor.getSnapshot().children;
      const running = sshChild?.getSnapshot().status === 'active';
      demand(running || tunnel.alive.size === 0 || !tunnel.isActive, 'an ssh runs unsupervised');
    },
    finally({ tunnel }) {
      restarts += Math.max(0, tunnel.startedAtMs.length - 1);
    },
  };
}

test.each(RULE_SET_NAMES)(
  'never two ssh of one tunnel at once (%s)',
  (rules) => {
    restarts = 0;
    tryToBreak(rules, createLaw);
    expect(restarts).toBeGreaterThan(RUNS / 2);
  },
  LONGEST_MS,
);
