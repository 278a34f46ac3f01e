import { expect } from 'vitest';
import { conformance, since14 } from './support/conformance.ts';

/** [rule, AUTOSSH_MAXSTART, how each ssh ends, exit (X: error exit), starts] */
const starts: [rule: string, max: string, ssh: string, exit: 0 | 'X', starts: number][] = [
  ['LIM-1', '3', '255', 0, 3],
  ['LIM-1', '1', '255', 0, 1],
  ['LIM-1', '1', '1', 0, 1],
  ['LIM-1', '2', 'SIGHUP', 0, 2],
  ['LIM-1', '0', '255', 0, 0],
  ['LIM-1 an exit at the last start keeps its status', '2', '255 3', 'X', 2],
  ['LIM-1 an exit at the last start keeps its status', '2', '255 0', 0, 2],
  ['LIM-2', '-1', '255 255 255 255 3', 'X', 5],
];

const lifetime = { AUTOSSH_MAXLIFETIME: '2' };

conformance('10 limits', (check) => {
  for (const [rule, max, ssh, exit, count] of starts) {
    check(
      `${rule}: AUTOSSH_MAXSTART=${max}, ssh ends with ${ssh} -> ${count} starts, exit ${exit}`,
      {},
      async (scene) => {
        const run = await scene.launch({ env: { AUTOSSH_MAXSTART: max }, ssh });
        expect(await run.waitForExit()).toBe(exit === 'X' ? scene.errorExit : exit);
        expect(run.countStarts()).toBe(count);
      },
    );
  }

  check('LIM-1: AUTOSSH_MAXSTART=0 in the background', {}, async ({ launch }) => {
    const run = await launch({ args: '-f -M 0 host', env: { AUTOSSH_MAXSTART: '0' } });
    expect(await run.waitForExit()).toBe(0);
    await run.waitForNobody();
    expect(run.countStarts()).toBe(0);
  });

  for (const [what, onTerm] of [
    ['dies', 'die'],
    ['ends with 3', 3],
    ['is slow', { after: 500, exit: 255 }],
  ] as const) {
    check(
      `LIM-3: life time over, ssh ${what} at SIGTERM -> exit 0`,
      { only: since14 },
      async ({ launch }) => {
        const run = await launch({ env: lifetime, ssh: [{ runs: true, onTerm }] });
        expect(await run.waitForExit()).toBe(0);
        const [term] = run.events('sigterm.received');
        // the original counts in seconds of the wall clock (G-2)
        expect((term?.at ?? 0) - run.launchedAt).toBeGreaterThan(1000);
        expect(run.events('ssh.ended')).toHaveLength(1);
        expect(run.countStarts()).toBe(1);
      },
    );
  }

  check('LIM-3: life time counts over restarts', { only: since14 }, async ({ launch }) => {
    const ssh = [{ lives: 1000, exit: 255 }, { runs: true }];
    const run = await launch({ env: { AUTOSSH_MAXLIFETIME: '3' }, ssh });
    expect(await run.waitForExit()).toBe(0);
    expect(run.countStarts()).toBe(2);
  });

  check('LIM-3: life time with -f', { only: since14 }, async ({ launch }) => {
    const run = await launch({ args: '-f -M {P} host', env: lifetime, ssh: [{ runs: true }] });
    expect(await run.waitForExit()).toBe(0);
    await run.waitForNobody();
    expect(run.events('sigterm.received')).toHaveLength(1);
    expect(run.countStarts()).toBe(1);
  });

  check(
    'LIM-3 BUG-10: life time ends while waiting to restart -> exit 0',
    { only: since14 },
    async ({ launch }) => {
      // Poll time 3 s after ENV-11: waits of 1 s before the starts 16, 17 and 18, and the third wait is one too many.
      const run = await launch({
        env: { AUTOSSH_MAXLIFETIME: '3' },
        ssh: `${'255 '.repeat(17)}20:0`,
      });
      expect(await run.waitForExit()).toBe(0);
      expect(run.log()).toMatch(/sleeping for grace time 1 secs/);
    },
  );

  check('LIM-3: unknown to 1.3', { only: ['1.3'] }, async ({ launch }) => {
    const run = await launch({ env: { AUTOSSH_MAXLIFETIME: '1' }, ssh: '2.5:0' });
    expect(await run.waitForExit()).toBe(0);
    expect(run.log()).toMatch(/ssh exited with status 0/);
  });
});
