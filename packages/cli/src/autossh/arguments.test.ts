import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAutosshArguments, type AutosshRun } from './arguments.ts';

const words = (line: string) => line.split(' ').filter((word) => word !== '');

function parse(args: readonly string[]): AutosshRun {
  const parsed = parseAutosshArguments(args);
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed;
}

describe('what is taken out, and what ssh gets', () => {
  it.each([
    ['OPT-3', '-M 20000 -N host', '20000', false, '|-N host'],
    ['OPT-3', '-M20000 host', '20000', false, '|host'],
    ['OPT-3', '-fM 20000 -N host', '20000', true, '|-N host'],
    ['OPT-3', '-NfM20000 host', '20000', true, '-N |host'],
    ['OPT-4', '-M 1 -N -M 2 host', '2', false, '|-N host'],
    ['OPT-7', 'me@host -M 20000 -N', '20000', false, 'me@host |-N'],
    ['ARG-8', '-f -fNT -ff -Nfp 22 host', undefined, true, '|-NT -Np 22 host'],
    ['ARG-8', '-M 0 - host', '0', false, '|- host'],
    [
      'ARG-9',
      '-L8808:foo:80 -oProxyCommand=f -ifile -l fred -4p22 host',
      undefined,
      false,
      '|-L8808:foo:80 -oProxyCommand=f -ifile -l fred -4p22 host',
    ],
    ['ARG-9', '-l -Mary -o -f -i --x host', undefined, false, '|-l -Mary -o -f -i --x host'],
    ['ARG-10', '-M 0 -N -- host cmd -l -- x --', '0', false, '|-N host cmd -l -- x --'],
    ['ARG-11', '-- host -M 5', undefined, false, '|host -M 5'],
    ['ARG-13', '-- host tail -f x --file', undefined, false, '|host tail -f x --file'],
    ['BUG-8', '-J jump -N -B eth0 host', undefined, false, '|-J jump -N -B eth0 host'],
    ['BUG-28', 'host ls -a -f -M 5', undefined, false, '|host ls -a -f -M 5'],
    ['-P', '-Pfoo host', undefined, false, '|-Pfoo host'],
    ['-P', '-P tag host', undefined, false, '|-P tag host'],
  ])('%s: %s', (_rule, line, monitor, background, expected) => {
    const run = parse(words(line));
    const place = run.monitorPlace;
    const shown = [
      ...run.sshArguments.slice(0, place).map((word) => `${word} `),
      '|',
      run.sshArguments.slice(place).join(' '),
    ].join('');
    expect(shown).toBe(expected);
    expect(run).toMatchObject({ monitor, background });
  });

  it('keeps empty words, blanks, quotes and newlines as they are (ARG-1, BUG-18)', () => {
    const args = ['-o', '', 'user name@h$ost', '', 'echo "a  b"; `id`\n\t\u{1f600}'];
    expect(parse(['-M', '0', ...args]).sshArguments).toEqual(args);
  });

  it.each([
    ['-V', 'version'],
    ['-NV', 'version'],
    ['--help', 'help'],
    ['-% host', 'usage-error'],
    ['--nonsense', 'usage-error'],
    ['host -p', 'usage-error'],
    ['host -M', 'usage-error'],
    ['-% -V', 'usage-error'],
  ])('OPT-8, OPT-9: %s is %s', (line, kind) => {
    expect(parseAutosshArguments(words(line)).kind).toBe(kind);
  });

  it('takes -P for the flag that it was under the historical rules', () => {
    const line = ['-NPfT', 'host'];
    expect(parseAutosshArguments(line)).toMatchObject({ sshArguments: line, background: false });
    for (const rules of ['autossh-1.3', 'autossh-1.4'] as const) {
      expect(parseAutosshArguments(line, rules)).toMatchObject({
        sshArguments: ['-NPT', 'host'],
        background: true,
      });
    }
  });

  it.each(['', '-M 0', '-M 0 -N', '-M 0 --'])('OPT-8: %j has no host', (line) => {
    expect(parse(words(line)).hasHost).toBe(false);
  });

  it('never loses, adds or reorders a word that is not its own', () => {
    const foreign = fc.oneof(
      fc.constantFrom('-N', '-T', '-4', '-C', '-A'),
      fc.string().filter((word) => !word.startsWith('-')),
    );
    fc.assert(
      fc.property(fc.array(foreign), fc.nat(), (others, at) => {
        const place = at % (others.length + 1);
        // In front of the second plain word the remote command has not begun.
        const plain = others.slice(0, place).filter((word) => !word.startsWith('-'));
        fc.pre(plain.length < 2);
        const args = [...others.slice(0, place), '-M', '20000', ...others.slice(place)];
        expect(parse(args).sshArguments).toEqual(others);
        expect(parse(args).monitor).toBe('20000');
      }),
    );
  });

  it('leaves everything behind "--" alone', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (rest) => {
        expect(parse(['-N', '--', ...rest]).sshArguments).toEqual(['-N', ...rest]);
      }),
    );
  });
});
