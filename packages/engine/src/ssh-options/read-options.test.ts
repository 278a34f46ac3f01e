import { describe, expect, test } from 'vitest';
import { goesToBackground, readSshOptions, readSshSetting } from './read-options.ts';

describe("the options among a tunnel's words", () => {
  test.each([
    [
      ['-4vp22', '-o', 'A=b', '-i/x'],
      ['4', 'v', 'p 22', 'o A=b', 'i /x'],
    ],
    [
      ['-vo', '-L is an argument'],
      ['v', 'o -L is an argument'],
    ],
    [
      ['host', '--', '-q', '-p'],
      ['q', 'p '],
    ],
    [[], []],
  ])('of %j are %j', (words, expected) => {
    const read = readSshOptions(words);
    expect(read.map(({ letter, argument }) => `${letter} ${argument}`.trimEnd())).toEqual(
      expected.map((each) => each.trimEnd()),
    );
  });

  test('say in which word they stand', () => {
    const read = readSshOptions(['-4v', '-o', 'A=b', '-q']);
    expect(read.map(({ index }) => index)).toEqual([0, 0, 1, 3]);
  });
});

describe('a setting behind -o', () => {
  test.each([
    ['StrictHostKeyChecking=yes', 'stricthostkeychecking', 'yes'],
    ['  LogLevel  QUIET ', 'loglevel', 'QUIET'],
    ['"ControlPath" "/a b"', 'controlpath', '/a b'],
    ['ProxyCommand = ssh -W %h:%p jump', 'proxycommand', 'ssh -W %h:%p jump'],
    ['Port', 'port', ''],
  ])('%j is %s with %j', (argument, keyword, value) => {
    expect(readSshSetting(argument)).toEqual({ keyword, value });
  });

  test.each(['', '=x', '"', '-L'])('%j is none', (argument) => {
    expect(readSshSetting(argument)).toBeUndefined();
  });

  test.each([
    ['ForkAfterAuthentication=yes', true],
    ['ForkAfterAuthentication true', true],
    ['forkafterauthentication="no"', false],
    ['ControlPersist=yes', true],
    ['ControlPersist=10m', true],
    ['ControlPersist=false', false],
    ['ControlPath=x', false],
  ])('%j sends ssh to the background: %s', (argument, expected) => {
    expect(goesToBackground(readSshSetting(argument))).toBe(expected);
  });
});
