import { expect } from 'vitest';
import { conformance, since14 } from './support/conformance.ts';
import {
  type RefusedRow,
  type WordsRow,
  checkRefused,
  checkWords,
} from './support/command-lines.ts';

const usage = { says: /usage/i };

const accepted: WordsRow[] = [
  ['OPT-3', '-M {P} -N host', '{LOOP} -N host'],
  ['OPT-3 BUG-9', '-M{P} host', '{LOOP} host'],
  ['OPT-3 BUG-9', '-M0 host', 'host'],
  ['OPT-3 BUG-1', '-fM {P} -N host', '{LOOP} -N host'],
  ['OPT-3 BUG-1', '-NfM{P} host', '-N {LOOP} host'],
  ['OPT-3 BUG-1', '-NTM {P} host', '-NT {LOOP} host'],
  ['OPT-3 BUG-1', '-4NM0 host', '-4N host'],
  ['OPT-4', '-M {P} -N -M 0 host', '-N host'],
  ['OPT-4', '-M 1 -N -M{P} host', '{LOOP} -N host'],
  ['OPT-4', '-M{P}:9 -M {P}:7 host', '{ECHO} host'],
  ['OPT-5 DEB-1', '-N -M 0 host', '{LOOP} -N host', { env: { AUTOSSH_PORT: '{P}' } }],
  ['OPT-5 DEB-1', '-N -M {P} host', '-N host', { env: { AUTOSSH_PORT: '0' } }],
  ['OPT-5 BUG-3', '-M 0 -N host', '{LOOP} -N host', { env: { AUTOSSH_PORT: '{P}' } }],
  ['OPT-5', '-N -M {P} host', '-N {LOOP} host', { env: { AUTOSSH_PORT: '' } }],
  ['OPT-6', '-M 0 -N -- host cmd', '-N host cmd'],
  ['OPT-6 BUG-17', '-M 0 -l --x host', '-l --x host'],
  ['OPT-7', 'host -M {P} -N', 'host {LOOP} -N or -N {LOOP} host'],
  ['OPT-7', 'host -N -M{P}', 'host -N {LOOP} or -N host {LOOP}'],
  ['OPT-7', 'host -M 0 -p 22', 'host -p 22 or -p 22 host'],
  ['OPT-7', '-M 0 host -fN', 'host -N or -N host'],
  ['OPT-7 BUG-28', '-M 0 host ls -a -f -M 5', 'host ls -a -f -M 5'],
  ['OPT-7 BUG-28', '-M 0 host ls -l', 'host ls -l'],
  ['OPT-7 BUG-28', '-M 0 host -p 22 ls -a', 'host -p 22 ls -a or -p 22 host ls -a'],
  [
    'OPT-2',
    '-M 0 -1246agknqstvxyACGKNPTXY host',
    '-1246agknqstvxyACGKNPTXY host',
    { only: since14 },
  ],
  ['OPT-2', '-M 0 -1246agknqstvxACNPTXY host', '-1246agknqstvxACNPTXY host'],
  [
    'OPT-2',
    '-M 0 -b -a -c -a -e -a -m -a -o -a -p -a -w -a h',
    '-b -a -c -a -e -a -m -a -o -a -p -a -w -a h',
  ],
  [
    'OPT-2',
    '-M 0 -D -a -E -a -F -a -I -a -O -a -Q -a -S -a -W -a h',
    '-D -a -E -a -F -a -I -a -O -a -Q -a -S -a -W -a h',
  ],
  ['OPT-2 BUG-8', '-M 0 -J jump -N host', '-J jump -N host'],
  ['OPT-2', '-M 0 -NJ jump host', '-NJ jump host'],
  ['OPT-2 BUG-8', '-M 0 -B eth0 -N host', '-B eth0 -N host'],
  ['OPT-2 BUG-8', '-M 0 -NB eth0 host', '-NB eth0 host'],
  ['OPT-8', '-N host', '-N host', { env: { AUTOSSH_PORT: '0' } }],
  ['OPT-10 ENV-1', '-M {P:hex} host', '{LOOP} host'],
  ['OPT-10 ENV-1', '-M {P:oct} host', '{LOOP} host'],
  ['OPT-10 ENV-1', ['-M', ' \t{P}', 'host'], ['{LOOP}', 'host']],
  ['OPT-10 ENV-1', '-M +{P} host', '{LOOP} host'],
  ['OPT-10 ENV-1', '-M 0x0 host', 'host'],
  ['OPT-10', '-M 65534:7 host', '-L 65534:127.0.0.1:7 host'],
  ['OPT-11', '-M {P}:7 host', '{ECHO} host'],
  ['OPT-11 ENV-1', '-M {P}:0x7 host', '{ECHO} host'],
  ['OPT-11 ENV-1', '-M {P:hex}:07 host', '{ECHO} host'],
  ['OPT-11', '-M {P}:65535 host', '-L {P}:127.0.0.1:65535 host'],
  ['OPT-11', '-M 0:7 host', 'host'],
];

const refused: RefusedRow[] = [
  ['OPT-8 no words', '', usage],
  ['OPT-8 no port', '-N host', { ...usage, only: ['1.3', '1.4'] }],
  ['OPT-8 no port', '-N host', { ...usage, only: ['1.3', '1.4'], env: { AUTOSSH_PORT: '' } }],
  ['OPT-8 no host', '-M 0', usage],
  ['OPT-8 no host, BUG-9', '-M 0 -N', usage],
  ['OPT-8 no host', '-M 0 --', usage],
  ['OPT-8 no host', '-N', { ...usage, env: { AUTOSSH_PORT: '0' }, only: since14 }],
  ['OPT-8 unknown option', '-M 0 -% host', usage],
  ['OPT-8 unknown option', '-M 0 -NZ host', usage],
  ['OPT-8 unknown option', '-M 0 host -Z', usage],
  ['OPT-8 no argument', '-M 0 host -p', usage],
  ['OPT-8 no argument', 'host -M', usage],
  ['OPT-9 an error to its left wins', '-% -V', usage],
  ['OPT-1 a bad setting wins over -V', '-V', { env: { AUTOSSH_POLL: '0' } }],
  ...['abc', '65535', '65535:7', '-1', '{P}x', '99999', '0x', '08', '{P}.5', '1e3', ''].map(
    (port): RefusedRow => ['OPT-10', ['-M', port, '-N', 'host']],
  ),
  ['OPT-10 blank behind', ['-M', '{P} ', '-N', 'host']],
  ['OPT-10 BUG-19', '-M 4294987296 host'],
  ['OPT-10 BUG-19', '-M 4294967296 host'],
  ...['{P}:', '{P}:0', '{P}:x', ':7', '{P}:7:8', '{P}:7x', '0:', '0:0', 'x:7'].map(
    (port): RefusedRow => ['OPT-11', ['-M', port, '-N', 'host']],
  ),
  ['OPT-11 BUG-19', '-M {P}:65536 host'],
  ['OPT-11 BUG-19', '-M {P}:-7 host'],
  ['OPT-11 BUG-19', '-M {P}:4294967303 host'],
];

const versions: [given: string, env?: Record<string, string>][] = [
  ['-V'],
  ['-M 0 -V'],
  ['-NV host'],
  ['-V -%'],
  ['host -V'],
  ['-V', { AUTOSSH_POLL: '5' }],
];

conformance('2 command line', (check) => {
  checkWords(check, accepted);
  checkRefused(check, refused);

  for (const [args, env = {}] of versions) {
    check(`OPT-9: ${args} -> name and version on stdout, status 0`, {}, async ({ launch }) => {
      const run = await launch({ args, env });
      expect(await run.waitForExit()).toBe(0);
      await run.waitForClosedStreams();
      expect(run.stdout()).toMatch(/^\S*autossh.* 1\.\d/);
      expect(run.countStarts()).toBe(0);
    });
  }

  for (const port of ['abc', '{P}:x']) {
    check(`OPT-10: a bad port (${port}) is not a usage error`, {}, async ({ launch }) => {
      const run = await launch({ args: ['-M', port, 'host'] });
      expect(await run.waitForExit()).toBe(1);
      await run.waitForClosedStreams();
      expect(run.stderr()).not.toMatch(/usage/i);
    });
  }

  for (const args of ['-N host', '-M auto -N host', '-fN host']) {
    check(
      `OPT-8: ${args} without a port: monitoring that needs no choice of a port`,
      { only: ['classic'] },
      async ({ launch }) => {
        const run = await launch({ args });
        expect(await run.waitForExit()).toBe(0);
        await run.waitForNobody();
        expect(run.countStarts()).toBe(1);
        expect(run.argv().join(' ')).toMatch(/-N host$/);
        expect(run.argv()).not.toContain('-M');
      },
    );
  }
});
