import fc from 'fast-check';
import { expect, test } from 'vitest';
import { demand, LONGEST_MS, RUNS, runSchedule, type Law } from './support/laws.ts';
import { randomSchedule, randomSettings } from './support/schedules.ts';

/** How many logins there were, and how many came too late. */
let logins = 0;
let late = 0;

function createLaw(): Law {
  let told = 0;

  return {
    after({ tunnel }) {
      const { context } = tunnel.actor.getSnapshot();
      const { firstPollSeconds } = context.settings;
      const news = tunnel.emitted.slice(told);
      told = tunnel.emitted.length;
      logins += news.filter(({ type }) => type === 'child.ready').length;
      late += news.filter(
        (fact) => fact.type === 'stop.began' && fact.reason === 'login-timed-out',
      ).length;
      const { state } = tunnel;
      const isTrusted = state === 'healthy' || state === 'probing';
      demand(!isTrusted || context.hasLoggedIn, `it is ${state} before its login`);
      const ageMs = tunnel.clock.now() - (tunnel.startedAtMs.at(-1) ?? 0);
      const isWaiting = (state === 'gating' || state === 'connecting') && !context.hasLoggedIn;
      demand(!isWaiting || ageMs <= firstPollSeconds * 1000, `it waits after ${ageMs} ms`);
    },
  };
}

test(
  'an ssh that tells of its login is neither asked nor believed before, and not waited for without end',
  () => {
    const settings = randomSettings('holdfast').map((some) => ({ ...some, tellsReady: true }));
    fc.assert(
      fc.property(settings, randomSchedule(), (some, schedule) => {
        runSchedule(some, schedule, createLaw());
      }),
      { numRuns: RUNS },
    );
    expect(logins).toBeGreaterThan(RUNS / 10);
    expect(late).toBeGreaterThan(RUNS / 10);
  },
  LONGEST_MS,
);
