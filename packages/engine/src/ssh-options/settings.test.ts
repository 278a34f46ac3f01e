import { describe, expect, test } from 'vitest';
import { goesToBackground, readSshSetting } from './settings.ts';

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
