import { expect } from 'vitest';
import type { Rules } from './support/targets.ts';
import { conformance, since14 } from './support/conformance.ts';

/** R: restart, X: error exit, 0: ends with status 0. */
type Outcome = 'R' | 'X' | '0';

/** When ssh ends, and how its end is told to quick-ssh.sh; a second ssh ends with 3, which is X at any time. */
const moments = [
  { when: 'first, in gate', gate: '30', ssh: (end: string) => `${end} 3`, starts: 1 },
  // Both ends of the gate time are in the gate, and the original counts full seconds (G-2).
  { when: 'first, after gate', gate: '1', ssh: (end: string) => `2.1:${end} 3`, starts: 1 },
  { when: 'first, gate time 0', gate: '0', ssh: (end: string) => `${end} 3`, starts: 1 },
  { when: 'later, gate time 0', gate: '0', ssh: (end: string) => `255 ${end} 3`, starts: 2 },
  { when: 'later, gate time 30', gate: '30', ssh: (end: string) => `SIGHUP ${end} 3`, starts: 2 },
] as const;

/** [rule, how ssh ends, outcome at each of the moments, rule sets] */
const table: [rule: string, ends: string[], outcomes: string, only?: readonly Rules[]][] = [
  ['EXIT-2 EXIT-3', ['0'], 'X0000'],
  ['EXIT-2 EXIT-4', ['1'], 'XXRRR'],
  ['EXIT-2 EXIT-5', ['2'], 'XXRRR', since14],
  ['EXIT-2 EXIT-5', ['2'], 'XXXXX', ['1.3']],
  ['EXIT-7', ['3', '127', '254'], 'XXXXX'],
  ['EXIT-2 EXIT-6', ['255'], 'XRRRR'],
  ['EXIT-8', ['SIGHUP', 'SIGSEGV'], 'RRRRR'],
  ['EXIT-8', ['SIGKILL', 'SIGTERM', 'SIGINT'], 'RRRRR', ['1.4']],
  ['EXIT-8', ['SIGKILL', 'SIGTERM', 'SIGINT'], 'XXXXX', ['1.3', 'classic']],
];

const names: Record<Outcome, string> = { R: 'restart', X: 'error exit', '0': 'exit 0' };

conformance('6 end of ssh', (check) => {
  for (const [rule, ends, outcomes, only] of table) {
    for (const end of ends) {
      moments.forEach(({ when, gate, ssh, starts }, index) => {
        const outcome = outcomes[index] as Outcome;
        const title = `${rule}: ssh ends with ${end} (${when}) -> ${names[outcome]}`;
        check(title, { ...(only && { only }) }, async ({ launch, errorExit }) => {
          const run = await launch({ env: { AUTOSSH_GATETIME: gate }, ssh: ssh(end) });
          expect(await run.waitForExit()).toBe(outcome === '0' ? 0 : errorExit);
          expect(run.countStarts()).toBe(outcome === 'R' ? starts + 1 : starts);
        });
      });
    }
  }

  for (const signal of ['SIGUSR1', 'SIGPIPE', 'SIGALRM', 'SIGQUIT']) {
    check(
      `EXIT-8: first ssh dies by ${signal} in the gate -> restart`,
      {},
      async ({ launch, errorExit }) => {
        const run = await launch({ env: { AUTOSSH_GATETIME: '30' }, ssh: `${signal} 3` });
        expect(await run.waitForExit()).toBe(errorExit);
        expect(run.countStarts()).toBe(2);
      },
    );
  }

  check('EXIT-2: default gate time is 30 s', {}, async ({ launch, errorExit }) => {
    const run = await launch({ env: { AUTOSSH_GATETIME: undefined }, ssh: '1:255 0' });
    expect(await run.waitForExit()).toBe(errorExit);
    expect(run.countStarts()).toBe(1);
  });

  for (const status of [0, 3]) {
    check(
      `EXIT-9: status ${status} of an ssh that was ended by SIGUSR1 is ignored`,
      {},
      async ({ launch, errorExit }) => {
        const run = await launch({ ssh: [{ runs: true, onTerm: status }, { exit: 4 }] });
        await run.waitForSsh();
        run.signal('SIGUSR1');
        expect(await run.waitForExit()).toBe(errorExit);
        expect(run.countStarts()).toBe(2);
      },
    );

    check(
      `EXIT-9: status ${status} of an ssh that was ended by SIGTERM is ignored`,
      {},
      async ({ launch, errorExit }) => {
        const run = await launch({ ssh: [{ runs: true, onTerm: status }] });
        await run.waitForSsh();
        run.signal('SIGTERM');
        expect(await run.waitForExit()).toBe(errorExit);
        expect(run.countStarts()).toBe(1);
      },
    );
  }

  check(
    'EXIT-6: somebody ends a connected ssh, which answers with 255 -> restart',
    {},
    async ({ launch, errorExit }) => {
      const run = await launch({ ssh: [{ runs: true, onTerm: 255 }, { exit: 3 }] });
      process.kill((await run.waitForSsh()).pid, 'SIGTERM');
      expect(await run.waitForExit()).toBe(errorExit);
      expect(run.countStarts()).toBe(2);
    },
  );

  check(
    'EXIT-6: somebody ends an ssh -N, which answers with 0 -> exit 0',
    {},
    async ({ launch }) => {
      const run = await launch({ ssh: [{ runs: true, onTerm: 0 }, { exit: 3 }] });
      process.kill((await run.waitForSsh()).pid, 'SIGTERM');
      expect(await run.waitForExit()).toBe(0);
      expect(run.countStarts()).toBe(1);
    },
  );
});
