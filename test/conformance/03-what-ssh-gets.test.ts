import { expect } from 'vitest';
import { conformance } from './support/conformance.ts';
import { type WordsRow, checkWords } from './support/command-lines.ts';

const odd = [
  '-o',
  'ProxyCommand=sh -c "a \'b c\'"',
  'user name@h$st',
  'a\nb\t*',
  '`id`;|&\\',
  '\x01\x7f',
  'é中😀 ',
];
const long = 'x'.repeat(100_000);
const many = Array.from({ length: 3000 }, (_, index) => `w${index}`);
const port = { env: { AUTOSSH_PORT: '{P}' } };

const rows: WordsRow[] = [
  ['ARG-1 odd characters', ['-M', '0', ...odd], odd],
  ['ARG-1 a long word', ['-M', '0', 'host', long], ['host', long]],
  ['ARG-1 many words', ['-M', '0', 'host', ...many], ['host', ...many]],
  ['ARG-1 order', '-M 0 -v -4 -p 22 -v u@host a b a', '-v -4 -p 22 -v u@host a b a'],
  ['ARG-3 ARG-7', '-M {P} host', '-L {P}:127.0.0.1:{P} -R {P}:127.0.0.1:{Q} host'],
  ['ARG-3 in decimal', '-M {P:hex} host', '-L {P}:127.0.0.1:{P} -R {P}:127.0.0.1:{Q} host'],
  ['ARG-4', '-M {P}:7 host', '-L {P}:127.0.0.1:7 host'],
  ['ARG-4 in decimal', '-M {P}:0x10 host', '-L {P}:127.0.0.1:16 host'],
  ['ARG-5 ARG-7', '-4 -M 0 -p 22 host', '-4 -p 22 host'],
  ['ARG-5', '-N host', '-N host', { env: { AUTOSSH_PORT: '0' } }],
  ['ARG-6', '-N -M {P} -v host', '-N {LOOP} -v host'],
  ['ARG-6', '-N -p 22 host', '{LOOP} -N -p 22 host', port],
  ['ARG-6', '-N host', '{ECHO} -N host', { env: { AUTOSSH_PORT: '{P}:7' } }],
  ['ARG-8', '-M 0 -f host', 'host'],
  ['ARG-8', '-M 0 -fN host', '-N host'],
  ['ARG-8', '-fNT -M 0 host', '-NT host'],
  ['ARG-8', '-M 0 -Nf host', '-N host'],
  ['ARG-8', '-M 0 -NfT host', '-NT host'],
  ['ARG-8', '-M 0 -Nfp 22 host', '-Np 22 host'],
  ['ARG-8', '-M 0 -fp22 host', '-p22 host'],
  ['ARG-8 BUG-2', '-M 0 -ff host', 'host'],
  ['ARG-8 BUG-2', '-M 0 -fNff host', '-N host'],
  ['ARG-8 ARG-9 BUG-2', '-M 0 -fL8808:foo:80 host', '-L8808:foo:80 host'],
  ['ARG-8', '-M 0 -f -N -f host', '-N host'],
  ['ARG-8 a single - stays', '-M 0 host -', 'host -'],
  [
    'ARG-9',
    '-M 0 -L8808:foo:80 -ifile -l fred -Ffile -4p22 host',
    '-L8808:foo:80 -ifile -l fred -Ffile -4p22 host',
  ],
  ['ARG-9', ['-M', '0', '-oProxyCommand=ssh -f x', 'host'], ['-oProxyCommand=ssh -f x', 'host']],
  ['ARG-9', '-M 0 -Dff -cfM host', '-Dff -cfM host'],
  ['ARG-9', '-M 0 -l f -o fM host', '-l f -o fM host'],
  ['ARG-9 BUG-2', '-M 0 -o -f host', '-o -f host'],
  ['ARG-9 BUG-17', '-M 0 -l -Mary host', '-l -Mary host'],
  ['ARG-9 BUG-17', '-M 0 -i -M host', '-i -M host'],
  ['ARG-9 BUG-17', '-M 0 -o -- host', '-o -- host'],
  ['ARG-10', '-M 0 -N -- host cmd -l -- x --', '-N host cmd -l -- x --'],
  ['ARG-10', '-- host cmd', 'host cmd', { env: { AUTOSSH_PORT: '0' } }],
  ['ARG-11', '-M 0 -- host -M 5', 'host -M 5'],
  ['ARG-12 BUG-18', ['-M', '0', '-o', '', 'host', ''], ['-o', '', 'host', '']],
  ['ARG-13', '-M 0 -- host ls -a -l', 'host ls -a -l'],
  ['ARG-13 BUG-4', '-M 0 -- host tail -f x', 'host tail -f x'],
  ['ARG-13 BUG-4', '-M 0 -- host cmd --file', 'host cmd --file'],
  ['ARG-13 BUG-4', '-M 0 -- host tail -nf', 'host tail -nf'],
];

conformance('3 what ssh gets', (check) => {
  checkWords(check, rows);

  check('ARG-2: argv[0] is AUTOSSH_PATH as given', {}, async ({ launch }) => {
    const run = await launch({
      args: '-M 0 /proc/self/cmdline',
      env: { AUTOSSH_PATH: '{D}/../..//bin/cat' },
    });
    expect(await run.waitForExit()).toBe(0);
    await run.waitForClosedStreams();
    expect(run.stdout()).toBe(`${run.dir}/../..//bin/cat\0/proc/self/cmdline\0`);
  });

  check('ARG-2: a name without a slash is looked up in PATH', {}, async ({ launch }) => {
    const run = await launch({
      args: '-M 0 /proc/self/cmdline',
      env: { AUTOSSH_PATH: 'cat-as-ssh', PATH: '/nowhere:{D}/bin:/usr/bin:/bin' },
      shell: 'mkdir bin && ln -s /bin/cat bin/cat-as-ssh && exec "$@"',
    });
    expect(await run.waitForExit()).toBe(0);
    await run.waitForClosedStreams();
    expect(run.stdout()).toBe('cat-as-ssh\0/proc/self/cmdline\0');
  });
});
