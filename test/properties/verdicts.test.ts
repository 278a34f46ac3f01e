import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import {
  expectedErrorStatus,
  expectedVerdict,
  AUTOSSH_RULE_SETS,
} from './support/expected-rules.ts';
import { demand, LONGEST_MS, RUNS, tryToBreak, type Law } from './support/laws.ts';
import { sshExit } from './support/stepped-tunnel.ts';

/** How often each verdict was reached. */
let verdicts = { restart: 0, stop: 0, fail: 0 };

function createLaw(): Law {
  let judged: { verdict: 'restart' | 'stop' | 'fail'; starts: number; told: number } | undefined;

  return {
    before(step, { tunnel, model }) {
      judged = undefined;
      if (step.do !== 'exit') return;
      const starts = tunnel.startedAtMs.length;
      const told = tunnel.emitted.length;
      // Whoever is told to go is not judged: its status is ignored.
      if (tunnel.holes.includes(`SIGTERM ${starts}`)) return;
      const ageMs = tunnel.clock.now() - model.spawnedAtMs;
      const byTable = expectedVerdict(model.settings, starts, ageMs, step.how);
      // HB-16: the one end that no status tells.
      const verdict = byTable === 'restart' && model.isLostToProbe ? 'fail' : byTable;
      judged = { verdict, starts, told };
    },
    after({ tunnel, model }, step) {
      if (step?.do !== 'exit') return;
      const { rules, maxStarts } = model.settings;
      const { starts, told, verdict } = judged ?? { starts: 0, told: 0, verdict: undefined };
      if (verdict === undefined) {
        const endedByItself = tunnel.emitted.filter(({ type }) => type === 'child.ended').length;
        demand(endedByItself < tunnel.startedAtMs.length, 'an exit that was asked for was judged');
        return;
      }
      verdicts[verdict] += 1;

      const fact = tunnel.emitted.slice(told).find(({ type }) => type === 'child.ended');
      demand(fact?.type === 'child.ended', 'an exit was not told');
      demand(fact.verdict === verdict, `verdict ${fact.verdict}, by the table ${verdict}`);
      demand(isDeepStrictEqual(fact.exit, sshExit(step.how)), 'another exit was told');

      const { end } = tunnel;
      if (verdict === 'restart') {
        if (starts === maxStarts) demand(end?.class === 'starts-used-up', 'one start too many');
        else demand(tunnel.isActive, 'the tunnel ended where it should have restarted');
      } else {
        demand(tunnel.state === (verdict === 'stop' ? 'stopped' : 'failed'), 'the wrong end');
        const status = verdict === 'stop' ? 0 : expectedErrorStatus(rules);
        demand(end?.exitStatus === status, `exit status ${end?.exitStatus}, not ${status}`);
      }
    },
  };
}

test.each(AUTOSSH_RULE_SETS)(
  'every verdict is the one of the table (%s)',
  (rules) => {
    verdicts = { restart: 0, stop: 0, fail: 0 };
    tryToBreak(rules, createLaw);
    expect(verdicts.restart).toBeGreaterThan(RUNS / 2);
    expect(verdicts.fail).toBeGreaterThan(RUNS / 10);
    expect(verdicts.stop).toBeGreaterThan(0);
  },
  LONGEST_MS,
);
