import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import type { Rules } from './support/targets.ts';
import { conformance, since14 } from './support/conformance.ts';
import { type RefusedRow, checkRefused } from './support/command-lines.ts';

/** [rule, variable, bad values, rule sets] */
const bad: [rule: string, name: string, values: string[], only?: readonly Rules[]][] = [
  ['ENV-4', 'LOGLEVEL', ['8', '-1', 'debug', '', '6x', '0x8']],
  ['ENV-5', 'POLL', ['0', 'abc', '', '5x', ' ', '0x', '08', '1.5', '5 ']],
  ['ENV-5 BUG-19', 'POLL', ['4294967297', '99999999999999999999']],
  ['ENV-6', 'FIRST_POLL', ['0', '', '1s'], since14],
  ['ENV-7', 'GATETIME', ['-1', 'x', '', '3s']],
  ['ENV-8', 'MAXSTART', ['x', '', '1x']],
  ['ENV-8', 'MAXSTART', ['-2', '-100'], since14],
  ['ENV-9', 'MESSAGE', ['m'.repeat(65), 'é'.repeat(33)], since14],
  ['ENV-10 OPT-10', 'PORT', ['abc', '65535', '-1', '20000x']],
  ['ENV-10 OPT-11', 'PORT', ['20000:', '20000:0', ':7', '20000:7:8']],
  ['ENV-10 BUG-19', 'PORT', ['4294987296', '20000:65536']],
  ['ENV-11', 'MAXLIFETIME', ['', 'x', '10m'], since14],
  ['ENV-13', 'LOGFILE', ['{D}/no/log', '{D}', '']],
];
const refused = bad.flatMap(([rule, name, values, only]) =>
  values.map((value): RefusedRow => {
    const args = name === 'PORT' ? 'host cmd' : '-M 0 host';
    return [rule, args, { env: { [`AUTOSSH_${name}`]: value }, ...(only && { only }) }];
  }),
);

/** [rule, settings, what the log of the first start must show, rule sets]; ssh ends with status 3 at once */
const good: [rule: string, env: Record<string, string>, log: RegExp, only?: readonly Rules[]][] = [
  ['G-1 ENV-5', {}, /set alarm for 600 secs/],
  ['ENV-5 ENV-1', { POLL: '0x32' }, /set alarm for 50 secs/],
  ['ENV-5 ENV-1', { POLL: '062' }, /set alarm for 50 secs/],
  ['ENV-5 ENV-1', { POLL: ' \t+50' }, /set alarm for 50 secs/],
  ['ENV-5 a negative number is the default', { POLL: '-5' }, /set alarm for 600 secs/],
  ['ENV-6', { POLL: '50', FIRST_POLL: '0x14' }, /set alarm for 20 secs/, since14],
  ['ENV-6', { FIRST_POLL: '700' }, /set alarm for 700 secs/, since14],
  [
    'ENV-6 a negative number is the default',
    { FIRST_POLL: '-1' },
    /set alarm for 600 secs/,
    since14,
  ],
  ['ENV-6 default is the poll time', { POLL: '50' }, /set alarm for 50 secs/],
  ['ENV-6 unknown to 1.3', { FIRST_POLL: '0' }, /set alarm for 600 secs/, ['1.3']],
  ['ENV-8', { MAXSTART: '-1' }, /starting ssh \(count 1\)\n/],
  ['ENV-8', { MAXSTART: '5' }, /starting ssh \(count 1 of 5\)/],
  ['ENV-8 ENV-1', { MAXSTART: '0x10' }, /starting ssh \(count 1 of 16\)/],
  ['ENV-8 ENV-1', { MAXSTART: '010' }, /starting ssh \(count 1 of 8\)/],
  ['ENV-8 ENV-1', { MAXSTART: ' +3' }, /starting ssh \(count 1 of 3\)/],
  ['ENV-8 any negative number', { MAXSTART: '-7' }, /starting ssh \(count 1\)\n/, ['1.3']],
  ['ENV-9', { MESSAGE: 'm'.repeat(64) }, /starting ssh/, since14],
  ['ENV-9', { MESSAGE: '' }, /starting ssh/, since14],
  ['ENV-9 unknown to 1.3', { MESSAGE: 'm'.repeat(65) }, /starting ssh/, ['1.3']],
  ['ENV-11 lowers the poll time', { MAXLIFETIME: '50' }, /set alarm for 50 secs/, since14],
  [
    'ENV-11 lowers the first poll time',
    { MAXLIFETIME: '50', FIRST_POLL: '70' },
    /set alarm for 50 secs/,
    since14,
  ],
  ['ENV-11 0 is no limit', { MAXLIFETIME: '0' }, /set alarm for 600 secs/, since14],
  ['ENV-11 unknown to 1.3', { MAXLIFETIME: 'x' }, /set alarm for 600 secs/, ['1.3']],
  ['ENV-12', { PIDFILE: '' }, /starting ssh/, since14],
  ['ENV-12 unknown to 1.3', { PIDFILE: '/no/such/dir/pid' }, /starting ssh/, ['1.3']],
  ['ENV-4 not looked at with AUTOSSH_DEBUG', { DEBUG: '', LOGLEVEL: 'x' }, /starting ssh/],
];

function toVariables(settings: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`AUTOSSH_${name}`, value]),
  );
}

conformance('4 environment', (check) => {
  checkRefused(check, refused);

  for (const [rule, settings, log, only] of good) {
    const title = `${rule}: ${JSON.stringify(settings).slice(0, 60)} -> ${String(log)} in the log`;
    check(title, { ...(only && { only }) }, async ({ launch, errorExit }) => {
      const run = await launch({ args: '-M {P} host', env: toVariables(settings), ssh: '3' });
      expect(await run.waitForExit()).toBe(errorExit);
      expect(run.countStarts()).toBe(1);
      expect(run.log()).toMatch(log);
    });
  }

  for (const [value, starts] of [
    ['0x0', 2],
    ['+00', 2],
    ['0x1e', 1],
    ['036', 1],
    [undefined, 1],
  ] as const) {
    check(
      `ENV-7: AUTOSSH_GATETIME=${value} -> ${starts} start(s)`,
      {},
      async ({ launch, errorExit }) => {
        const run = await launch({ env: { AUTOSSH_GATETIME: value }, ssh: '255 3' });
        expect(await run.waitForExit()).toBe(errorExit);
        expect(run.countStarts()).toBe(starts);
      },
    );
  }

  for (const [rule, path] of [
    ['ENV-2 G-1', undefined],
    ['ENV-2 BUG-18', ''],
  ] as const) {
    if (!existsSync('/usr/bin/ssh')) continue;
    check(`${rule}: AUTOSSH_PATH=${path} -> /usr/bin/ssh`, {}, async ({ launch }) => {
      const run = await launch({ args: '-M 0 -Q cipher host', env: { AUTOSSH_PATH: path } });
      expect(await run.waitForExit()).toBe(0);
      await run.waitForClosedStreams();
      expect(run.stdout()).toMatch(/^aes/m);
    });
  }

  check('ENV-13: the log file is opened in the original directory', {}, async ({ launch }) => {
    const run = await launch({ args: '-f -M 0 host', env: { AUTOSSH_LOGFILE: 'here' } });
    expect(await run.waitForExit()).toBe(0);
    await run.waitForNobody();
    expect(run.read('here')).toMatch(/ssh exited with status 0/);
  });

  check('ENV-14 BUG-20: an error in a variable is told on stderr', {}, async ({ launch }) => {
    const run = await launch({ env: { AUTOSSH_POLL: 'x', AUTOSSH_LOGFILE: undefined } });
    expect(await run.waitForExit()).toBe(1);
    await run.waitForClosedStreams();
    expect(run.stderr()).toMatch(/poll/i);
  });
});
