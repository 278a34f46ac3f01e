import { expect, test } from 'vitest';
import { RULE_SET_NAMES } from './support/expected-rules.ts';
import {
  demand,
  FEWER_RUNS,
  LONGEST_MS,
  tryToBreak,
  tryToBreakInDoubt,
  type Law,
  type LawRun,
} from './support/laws.ts';

let killed = 0;
/** How often a challenger was beside ssh after a stop. */
let both = 0;

function createLaw(): Law {
  let stop: { readonly starts: number; readonly byMs: number } | undefined;

  const check = ({ tunnel }: LawRun) => {
    if (stop === undefined) return;
    demand(tunnel.startedAtMs.length === stop.starts, 'ssh was started after a stop');
    demand(!tunnel.isActive || tunnel.clock.now() < stop.byMs, 'a stop took too long');
    const { challenger } = tunnel;
    demand(challenger?.isEnding ?? true, 'a stop left the challenger alone');
    if (challenger !== undefined) both += 1;
  };

  return {
    before({ do: what }, { tunnel, model }) {
      if (what !== 'stop' || stop !== undefined || !tunnel.isActive) return;
      const { termGraceSeconds, killGraceSeconds } = model.settings;
      const boundMs = tunnel.alive.size === 0 ? 0 : (termGraceSeconds + killGraceSeconds) * 1000;
      stop = { starts: tunnel.startedAtMs.length, byMs: tunnel.clock.now() + boundMs };
    },
    after: check,
    finally(run) {
      const { tunnel } = run;
      run.perform({ do: 'stop' });
      if (stop !== undefined) run.perform({ do: 'advance', ms: stop.byMs - tunnel.clock.now() });
      demand(!tunnel.isActive && tunnel.end !== undefined, 'a stop did not end the tunnel');
      if (stop === undefined) return;

      const { class: endClass } = tunnel.end;
      const wasKilled = tunnel.holes.includes(`SIGKILL ${stop.starts}`);
      if (endClass === 'ssh-unstoppable') {
        killed += 1;
        demand(wasKilled && tunnel.alive.size === 1, 'ssh was abandoned without need');
      } else {
        const asked = endClass === 'operator-stop' || endClass === 'ssh-not-runnable';
        demand(asked && tunnel.alive.size === 0, `a stop ended as ${endClass}`);
      }
    },
  };
}

test.each(RULE_SET_NAMES)(
  'a stop always wins, and is bounded (%s)',
  (rules) => {
    killed = 0;
    tryToBreak(rules, createLaw, FEWER_RUNS);
    expect(killed).toBeGreaterThan(FEWER_RUNS / 10);
  },
  LONGEST_MS,
);

test(
  'a stop always wins, and ends the challenger too',
  () => {
    both = 0;
    tryToBreakInDoubt(createLaw, FEWER_RUNS);
    expect(both).toBeGreaterThan(FEWER_RUNS / 100);
  },
  LONGEST_MS,
);

test.each(RULE_SET_NAMES)(
  'a second stop sends SIGKILL at once (%s)',
  (rules) => {
    tryToBreak(
      rules,
      () => {
        let stops = 0;
        return {
          before({ do: what }, { tunnel }) {
            if (what === 'stop' && tunnel.isActive) stops += 1;
          },
          after({ tunnel }) {
            if (stops < 2 || !tunnel.isActive) return;
            const start = tunnel.startedAtMs.length;
            demand(tunnel.holes.includes(`SIGKILL ${start}`), 'two stops, and no SIGKILL');
          },
          finally(run) {
            run.perform({ do: 'stop' });
            run.perform({ do: 'stop' });
          },
        };
      },
      FEWER_RUNS,
    );
  },
  LONGEST_MS,
);
