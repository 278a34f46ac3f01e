import { expect } from 'vitest';
import type { Plan } from './support/autossh-run.ts';
import type { Rules } from './support/targets.ts';
import { conformance, since14 } from './support/conformance.ts';

const gate = { AUTOSSH_GATETIME: '30' };
/** A status of 1 before the first ssh; afterwards "X", which is 0 in 1.3. */
type Status = 0 | 1 | 'X';

const table: [rule: string, how: string, plan: Plan, status: Status, only?: readonly Rules[]][] = [
  ['STAT-1', 'ssh ended with 0', { ssh: '0' }, 0],
  ['STAT-1', 'a later ssh ended with 0', { ssh: '255 0' }, 0],
  ['STAT-1', 'AUTOSSH_MAXSTART', { env: { AUTOSSH_MAXSTART: '1' }, ssh: '255' }, 0],
  [
    'STAT-1',
    'AUTOSSH_MAXLIFETIME',
    { env: { AUTOSSH_MAXLIFETIME: '1' }, ssh: [{ runs: true }] },
    0,
    since14,
  ],
  ['STAT-1', '-V', { args: '-V' }, 0],
  ['STAT-1', 'caller of -f', { args: '-f -M 0 host', ssh: '3' }, 0],
  ['STAT-2', 'usage', { args: '-M 0' }, 1],
  ['STAT-2', 'a bad setting', { env: { AUTOSSH_GATETIME: 'x' } }, 1],
  ['STAT-2', 'a bad port', { args: '-M x host' }, 1],
  ['STAT-2', 'no log file', { env: { AUTOSSH_LOGFILE: '/no/such/dir/log' } }, 1],
  ['STAT-2', 'no pid file', { env: { AUTOSSH_PIDFILE: '/no/such/dir/pid' } }, 1, since14],
  ['STAT-2', 'ssh cannot be executed', { env: { AUTOSSH_PATH: '/no/such/ssh' } }, 1, since14],
  ['STAT-2 STAT-3', 'premature end with 0', { env: gate, ssh: '0' }, 'X'],
  ['STAT-2 STAT-3', 'premature end with 1', { env: gate, ssh: '1' }, 'X'],
  ['STAT-2 STAT-3', 'premature end with 255', { env: gate, ssh: '255' }, 'X'],
  ['STAT-2 STAT-3 EXIT-10', 'bad status 42', { ssh: '42' }, 'X'],
  ['STAT-2 STAT-3 EXIT-10', 'bad status 254 of a later ssh', { ssh: '255 254' }, 'X'],
];

conformance('13 exit status', (check) => {
  for (const [rule, how, plan, status, only] of table) {
    check(
      `${rule}: ${how} -> ${status}`,
      { ...(only && { only }) },
      async ({ launch, errorExit }) => {
        const run = await launch(plan);
        expect(await run.waitForExit()).toBe(status === 'X' ? errorExit : status);
        await run.waitForNobody();
      },
    );
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    check(`STAT-2 STAT-3: ${signal} -> X`, {}, async ({ launch, errorExit }) => {
      const run = await launch({ ssh: [{ runs: true, onTerm: 255 }] });
      await run.waitForSsh();
      run.signal(signal);
      expect(await run.waitForExit()).toBe(errorExit);
    });
  }
});
