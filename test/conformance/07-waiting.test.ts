import { expect } from 'vitest';
import type { AutosshRun } from './support/autossh-run.ts';
import type { Rules } from './support/targets.ts';
import { conformance, since14 } from './support/conformance.ts';

/**
 * [poll time, waits before the seventh start and later ones; the last one is only announced, rule sets]
 *
 * The seventh start is the first one with more than five tries before it.
 */
const waits: [poll: string, seconds: number[], only?: readonly Rules[]][] = [
  ['600', [2, 8]],
  ['300', [1, 4]],
  ['100', [0, 1, 3, 5]],
  ['199', [0, 2], since14],
  ['199', [0, 1, 3], ['1.3']],
  ['60', [0, 0, 1, 3], since14],
  ['30000', [100]],
];

/** What the log tells: tries before each start, and the wait that followed from them. */
function readWaits(run: AutosshRun): { tries: number[]; waits: number[] } {
  const tries = [...run.log().matchAll(/checking for grace period, tries = (\d+)/g)].map(toNumber);
  const found = [...run.log().matchAll(/sleeping for grace time (\d+) secs/g)].map(toNumber);
  return { tries, waits: found };
}

function toNumber(match: RegExpMatchArray): number {
  return Number(match[1]);
}

conformance('7 waiting before a restart', (check) => {
  for (const [poll, seconds, only] of waits) {
    const title = `BACK-2 BACK-3: poll ${poll} -> waits of ${seconds.join(', ')} s from the seventh start on`;
    check(title, { ...(only && { only }) }, async ({ launch, errorExit }) => {
      const run = await launch({ env: { AUTOSSH_POLL: poll }, ssh: '255' });
      const last = seconds.at(-1) ?? 0;
      await run.waitForLog(new RegExp(`sleeping for grace time ${last} secs`));
      run.signal('SIGTERM');
      expect(await run.waitForExit()).toBeOneOf([errorExit, 'SIGTERM']);
      const starts = 5 + seconds.length;
      expect(run.countStarts()).toBe(starts);
      expect(readWaits(run).tries).toEqual(Array.from({ length: starts + 1 }, (_, index) => index));
      expect(readWaits(run).waits).toEqual(seconds.filter((wait) => wait > 0));
      seconds.slice(0, -1).forEach((wait, index) => {
        const gap = run.startedAtMs(7 + index) - run.startedAtMs(6 + index);
        // the clock of files is up to a tick behind
        expect(gap).toBeGreaterThan(wait * 1000 - 20);
      });
    });
  }

  check(
    'BACK-3: never with a poll time below 100',
    { only: ['1.3'] },
    async ({ launch, errorExit }) => {
      const run = await launch({ env: { AUTOSSH_POLL: '99' }, ssh: `${'255 '.repeat(11)}3` });
      expect(await run.waitForExit()).toBe(errorExit);
      expect(readWaits(run).waits).toEqual([]);
    },
  );

  check(
    'BACK-1: a start 10 s after the last one begins anew',
    {},
    async ({ launch, errorExit }) => {
      const run = await launch({ env: { AUTOSSH_POLL: '60' }, ssh: '255 255 10.2:255 3' });
      expect(await run.waitForExit()).toBe(errorExit);
      expect(readWaits(run).tries).toEqual([0, 1, 2, 0]);
    },
  );

  check('BACK-1: with a long poll time a tenth of it counts', {}, async ({ launch, errorExit }) => {
    const run = await launch({ env: { AUTOSSH_POLL: '3000' }, ssh: '255 10.2:255 3' });
    expect(await run.waitForExit()).toBe(errorExit);
    expect(readWaits(run).tries).toEqual([0, 1, 2]);
  });

  check('BACK-1: a restart by SIGUSR1 counts', {}, async ({ launch, errorExit }) => {
    const run = await launch({ ssh: [{ exit: 255 }, { runs: true }, { exit: 3 }] });
    await run.waitForSsh(2);
    run.signal('SIGUSR1');
    expect(await run.waitForExit()).toBe(errorExit);
    expect(readWaits(run).tries).toEqual([0, 1, 2]);
  });
});
