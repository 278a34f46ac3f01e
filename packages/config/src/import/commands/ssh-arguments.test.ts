import fc from 'fast-check';
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { skipWithout } from '../../../../engine/src/testing/missing-part.ts';
import { findOptionFaults } from '../../tunnels/schema/ssh-options.ts';
import { parseSshArguments, type SshArguments } from './ssh-arguments.ts';

const words = (line: string) => line.split(' ').filter((word) => word !== '');

function parse(args: readonly string[]): SshArguments {
  const read = parseSshArguments(args);
  if ('wrong' in read) throw new Error(read.wrong);
  return read;
}

/** What was read, as a line: `-L` and so on in front, then the options, the host, and the command behind a bar. */
function shown({ host, forwards, options, command }: SshArguments): string {
  const letters = { local: '-L', remote: '-R', socks: '-D' };
  const texts = forwards.flatMap(({ kind, text }) => [letters[kind], text]);
  return [...texts, ...options, host, ...(command.length > 0 ? ['|', ...command] : [])].join(' ');
}

describe("ssh's own arguments", () => {
  it.each([
    ['me@bastion', 'me@bastion'],
    ['-p 2222 -L 5432:db:5432 bastion', '-L 5432:db:5432 -p 2222 bastion'],
    ['-NTL 5432:db:5432 h', '-L 5432:db:5432 h'],
    [
      '-L5432:db:5432 -R8080:localhost:80 -D1080 h',
      '-L 5432:db:5432 -R 8080:localhost:80 -D 1080 h',
    ],
    ['-fNTn h', 'h'],
    ['-vNCp22 h', '-vCp22 h'],
    ['-vNCp 22 h', '-vCp 22 h'],
    ['-vNCL 80:a:1 h', '-L 80:a:1 -vC h'],
    ['-M -S /run/s -t h', '-M -S /run/s -t h'],
    ['-oLocalForward=1:a:1 -o Compression=yes h', '-L 1:a:1 -o Compression=yes h'],
    ['-o -L -i -N h', '-o -L -i -N h'],
    ['h -p 22 -L 80:a:1', '-L 80:a:1 -p 22 h'],
    ['h -p 22 sleep 5 -p 33', '-p 22 h | sleep 5 -p 33'],
    ['-4 -- h -p 22', '-4 h | -p 22'],
    ['h -- -p 22', 'h | -p 22'],
    ['h -4 -- -p 22', '-4 h | -p 22'],
    ['-- h', 'h'],
    ['h - -4', 'h | - -4'],
    ['me@h -vl you -p 22', '-v -p 22 me@h'],
    ['ssh://h:22 -vp5 -l me', '-v -l me ssh://h:22'],
    ['-l you -p5 me@h', '-l you -p5 me@h'],
    ['ssh://me@h:22 -4', '-4 ssh://me@h:22'],
  ])('%s', (line, expected) => {
    expect(shown(parse(words(line)))).toBe(expected);
  });

  it('lose the blanks that ssh passes over, and no others', () => {
    const read = parse(['-L', '  80:a:1', '-p 22', '-o Compression=yes', '-i', ' a b ', 'h']);
    expect(read.forwards).toMatchObject([{ text: '80:a:1' }]);
    expect(read.options).toEqual(['-p', ' 22', '-o Compression=yes', '-i', ' a b ']);
  });

  it.each([
    ['', 'missing host', undefined],
    ['-N -p 22', 'missing host', undefined],
    ['-p', '-p needs an argument', undefined],
    ['-L', '-L needs an argument', undefined],
    ['-L 80 h', '-L "80" names no target', '-D 80'],
    ['-L 80:a:http h', '-L "80:a:http" has "http" as its target port, not 1 to 65535', undefined],
    ['-W a:80 h', 'with -W ssh does not keep a tunnel up', undefined],
    ['-O exit h', 'with -O ssh does not keep a tunnel up', undefined],
    ['-Q key', 'with -Q ssh does not keep a tunnel up', undefined],
    ['-NG h', 'with -G ssh does not keep a tunnel up', undefined],
    ['-V', 'with -V ssh does not keep a tunnel up', undefined],
    ['h -s sftp', 'with -s ssh does not keep a tunnel up', undefined],
    ['-4z h', 'ssh has no option -z', undefined],
    ['--port 22 h', 'ssh has no option "--port"', undefined],
    ['-- -h', '"-h" is not a host as ssh takes it', undefined],
    ['me@-h', '"me@-h" is not a host as ssh takes it', undefined],
  ])('%j is no tunnel', (line, wrong, nearest) => {
    const read = parseSshArguments(words(line));
    expect(read).toMatchObject({ wrong: expect.stringContaining(wrong) });
    expect('nearest' in read ? read.nearest : undefined).toBe(nearest);
  });
});

const OPTIONS =
  '-N -4 -vC -p -p22 22 -l me -L 80:a:1 -D1080 -R 0 -- - h me@h -f -o Compression=yes Port=5 -J -q -s -x';
const option = fc.constantFrom('', ...words(OPTIONS));

it('whatever the words, it never throws, and its options can stand in a tunnels file', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(option, fc.string()), { maxLength: 10 }), (args) => {
      const read = parseSshArguments(args);
      if ('wrong' in read) expect(read.wrong).not.toBe('');
      else expect(findOptionFaults(read.options)).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

const noSsh = skipWithout('ssh', spawnSync('ssh', ['-V']).status === 0);

describe.skipIf(noSsh)('the ssh of this machine', () => {
  /** The settings that ssh would use, without those that every tunnel has. */
  function settings(args: readonly string[]): string | undefined {
    try {
      const given = ['-F', 'none', '-G', ...args];
      const output = execFileSync('ssh', given, { encoding: 'utf8', stdio: 'pipe' });
      const isOurs = /^(?:sessiontype|stdinnull|forkafterauthentication|requesttty) /;
      return output
        .split('\n')
        .filter((line) => !isOurs.test(line))
        .toSorted()
        .join('\n');
    } catch {
      return undefined;
    }
  }

  function expectSame(args: readonly string[]): void {
    const { host, forwards, options } = parse(args);
    const letters = { local: '-L', remote: '-R', socks: '-D' };
    const texts = forwards.flatMap(({ kind, text }) => [letters[kind], text]);
    expect(settings([...options, ...texts, host])).toBe(settings(args));
  }

  it.each([
    '-vNCp 22 me@h -4 -L 80:a:1 -l you',
    '-4 -- h -p 22',
    'h -- -p 22',
    'h -p 22 x -l me',
    '-i -- h -p 22',
    'ssh://h:22 -p 5 -oPort=6 -l me',
    'me@h -o User=you -p 5',
    'ssh://me@h:22 -R0:a:1 -D1080',
    '-oPort=5 -fo User=me h -NTp6',
  ])('understands the words as they were read: %s', (line) => {
    expect(settings(words(line))).toBeDefined();
    expectSame(words(line));
  });

  it('understands any words as they were read', () => {
    const isPlain = (word: string) => !['', '-', '-s', '-o', '-x', '-J', '0'].includes(word);
    fc.assert(
      fc.property(fc.array(option.filter(isPlain), { minLength: 2, maxLength: 8 }), (args) => {
        fc.pre(!('wrong' in parseSshArguments(args)) && settings(args) !== undefined);
        expectSame(args);
      }),
      { numRuns: 30 },
    );
  });
});
