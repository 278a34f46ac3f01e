import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forwardOf } from '../../../testing/tunnel-specs.ts';
import { managedArguments } from './command.ts';

const SETTINGS = { controlPath: '/run/h/db', forwards: [], isInteractive: false };
const TUNNEL = { host: 'me@bastion', options: [] };

describe('the command line of a managed ssh', () => {
  test("has the user's options first, then ours, the forwards, and the host behind --", () => {
    const forwards = [
      forwardOf('local', '5432:db:5432'),
      forwardOf('remote', '0:localhost:80'),
      forwardOf('socks', '1080'),
      forwardOf('local', '9000:x:9000'),
    ];
    const options = ['-p', '2222', '-o', 'ServerAliveInterval=1'];
    expect(managedArguments({ ...TUNNEL, options }, { ...SETTINGS, forwards })).toEqual([
      '-N',
      '-T',
      '-p',
      '2222',
      '-o',
      'ServerAliveInterval=1',
      '-o',
      'ControlMaster=yes',
      '-o',
      'ControlPersist=no',
      '-S',
      '/run/h/db',
      '-o',
      'ExitOnForwardFailure=yes',
      '-o',
      'ClearAllForwardings=no',
      '-o',
      'ConnectTimeout=10',
      '-o',
      'ConnectionAttempts=1',
      '-o',
      'LogLevel=INFO',
      '-o',
      'VisualHostKey=no',
      '-o',
      'BatchMode=yes',
      '-o',
      'ServerAliveInterval=15',
      '-o',
      'ServerAliveCountMax=3',
      '-L',
      '5432:db:5432',
      '-R',
      '0:localhost:80',
      '-D',
      '1080',
      '-L',
      '9000:x:9000',
      '--',
      'me@bastion',
    ]);
  });

  test.each([
    [0, 60],
    [1, 75],
    [60, 120],
    [300, 360],
    [3600, 3660],
  ])('keeps what patience of %i s keeps: ssh itself gives up after %i s', (patience, seconds) => {
    const words = managedArguments(TUNNEL, { ...SETTINGS, patienceSeconds: patience });
    const valueOf = (option: string) =>
      Number(words.find((word) => word.startsWith(`${option}=`))?.split('=')[1]);
    expect(valueOf('ServerAliveInterval')).toBe(15);
    expect((valueOf('ServerAliveCountMax') + 1) * 15).toBe(seconds);
  });

  test('leaves the count as ssh has it beside an interval of the user', () => {
    const options = ['-oServerAliveInterval=20'];
    const words = managedArguments({ ...TUNNEL, options }, { ...SETTINGS, patienceSeconds: 300 });
    expect(words).toContain('ServerAliveCountMax=3');
  });

  test('lets ssh ask questions only where somebody can answer', () => {
    const isBatch = (isInteractive: boolean) =>
      managedArguments(TUNNEL, { ...SETTINGS, isInteractive }).includes('BatchMode=yes');
    expect([isBatch(false), isBatch(true)]).toEqual([true, false]);
  });

  test.each<[word: string, filledIn: string]>([
    ['~/.ssh/db', `${homedir()}/.ssh/db`],
    ['~', '~'],
    ['~root/x', '~root/x'],
    ['/home/~/x', '/home/~/x'],
    ['IdentityFile=~/x', 'IdentityFile=~/x'],
  ])('has %s as %s', (word, filledIn) => {
    expect(managedArguments({ ...TUNNEL, options: ['-i', word] }, SETTINGS)[3]).toBe(filledIn);
  });

  test('hands every other word of the user on as it is, and the host last', () => {
    const word = fc.string().filter((text) => !text.startsWith('~/'));
    fc.assert(
      fc.property(fc.array(word), word, (options, host) => {
        const args = managedArguments({ ...TUNNEL, options, host }, SETTINGS);
        expect(args.slice(2, 2 + options.length)).toEqual(options);
        expect(args.slice(-2)).toEqual(['--', host]);
      }),
    );
  });

  test.each([
    ['local', '5432:db:5432', ['-L', '5432:db:5432']],
    ['remote', '[::1]:80:/run/x', ['-R', '[::1]:80:/run/x']],
    ['socks', '*:1080', ['-D', '*:1080']],
  ] as const)('has a %s forward as %s', (kind, text, words) => {
    const all = managedArguments(TUNNEL, { ...SETTINGS, forwards: [forwardOf(kind, text)] });
    expect(all.slice(-4, -2)).toEqual(words);
  });
});

describe("ssh's own reading of it", () => {
  /** What ssh would do, option by option. */
  function readBySsh(options: readonly string[], isInteractive = false): string[] {
    const tunnel = { host: 'bastion', options: ['-F', '/dev/null', ...options] };
    const args = managedArguments(tunnel, { ...SETTINGS, isInteractive });
    return execFileSync('ssh', ['-G', ...args], { encoding: 'utf8' }).split('\n');
  }

  test('takes what the user says, and ours for the rest', () => {
    const read = readBySsh(['-o', 'ServerAliveInterval=1', '-o', 'ExitOnForwardFailure=no']);
    expect(read).toEqual(
      expect.arrayContaining(['serveraliveinterval 1', 'exitonforwardfailure no']),
    );
    expect(read).toEqual(
      expect.arrayContaining([
        'host bastion',
        'batchmode yes',
        'controlpath /run/h/db',
        'controlmaster true',
      ]),
    );
  });

  test.each([
    [['-S', '/mine']],
    [['-o', 'ControlPath=/mine']],
    [['-NoControlPath=/mine', '-S', '/mine']],
  ])("takes the user's own control socket in %j", (options) => {
    expect(readBySsh(options)).toContain('controlpath /mine');
  });

  test('keeps out of a master that ssh_config has, also where the user says so of ours', () => {
    expect(readBySsh(['-o', 'ControlMaster=no'])).toContain('controlpath /run/h/db');
  });

  test.each([
    [[], 'loglevel INFO'],
    [['-v'], 'loglevel DEBUG'],
    [['-q'], 'loglevel SILENT'],
    [['-o', 'LogLevel=ERROR'], 'loglevel ERROR'],
    [[], 'clearallforwardings no'],
    [['-oClearAllForwardings=yes'], 'clearallforwardings yes'],
    [['-oVisualHostKey=yes'], 'visualhostkey yes'],
    [[], 'connectionattempts 1'],
  ])('of %j is %s', (options, line) => {
    expect(readBySsh(options)).toContain(line);
  });

  test('takes BatchMode from the user', () => {
    expect(readBySsh(['-o', 'BatchMode=no'])).toContain('batchmode no');
  });
});
