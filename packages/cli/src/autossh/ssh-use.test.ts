import { describe, expect, test } from 'vitest';
import { readSshUse } from './ssh-use.ts';

const use = (line: string) => readSshUse(line.split(' '));

test.each([
  // [words, has a session, reads its input]
  ['host', true, true],
  ['host sleep 5', true, true],
  ['-N host', false, false],
  ['host -N', false, false],
  ['-NL 1:h:2 host', false, false],
  ['-nNT host', false, false],
  ['-o SessionType=none host', false, false],
  ['-osessiontype host', true, true],
  ['-W h:22 host', true, true],
  ['-N -W h:22 host', true, true],
  ['-s host sftp', true, true],
  ['-n host cmd', true, false],
  ['-o StdinNull=yes host cmd', true, false],
  ['host ls -N', true, true],
  ['-l -N host', true, true],
  ['-oProxyCommand=x -N host', false, false],
  ['-- host -N', true, true],
])('%s: a session: %s, its input is read: %s', (line, hasSession, readsInput) => {
  expect(use(line)).toMatchObject({ hasSession, readsInput });
});

test.each([
  ['-q host', true],
  ['-Nq host', true],
  ['-v host', false],
  ['-vq host', true],
  ['-qv host', false],
  ['host cmd -q', false],
])('%s: quiet: %s', (line, isQuiet) => {
  expect(use(line)).toMatchObject({ isQuiet });
});

describe('there is no room for a control socket of ours with', () => {
  test.each([
    ['-O check host', 'ssh -O makes no connection'],
    ['-G host', 'ssh -G makes no connection'],
    ['-NGv host', 'ssh -G makes no connection'],
    ['-Q cipher host', 'ssh -Q makes no connection'],
    ['-V', 'ssh -V makes no connection'],
    ['-S none host', 'ssh uses your own control socket (-S)'],
    ['-NS/run/x host', 'ssh uses your own control socket (-S)'],
    ['-M host', 'ssh is your own control master (-M)'],
    ['host -NM', 'ssh is your own control master (-M)'],
    ['-oControlPath=none host', 'ssh uses your own control socket (-o ControlPath)'],
    ['-NocontrolMASTER=auto host', 'ssh uses your own control socket (-o controlMASTER)'],
  ])('%s', (line, obstacle) => {
    expect(use(line)).toMatchObject({ obstacle });
  });

  test('a quoted word with blanks', () => {
    const words = ['-o', ' "ControlPath" /run/x', 'host'];
    expect(readSshUse(words).obstacle).toBe('ssh uses your own control socket (-o ControlPath)');
  });

  test.each([
    'host',
    '-l -S host',
    '-i -M host',
    'host ls -S',
    '-o ControlPersist=no host',
    '-o User=ControlPath host',
    'host -- -M',
  ])('and not with %s', (line) => {
    expect(use(line).obstacle).toBeUndefined();
  });
});
