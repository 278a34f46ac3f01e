import { describe, expect, test } from 'vitest';
import { resolveSshPaths } from './resolve-paths.ts';

const resolve = (...words: readonly string[]) => resolveSshPaths(words, '/home/me').words;

describe('relative paths are seen from the folder of the caller', () => {
  test.each([
    [
      ['-i', 'key'],
      ['-i', '/home/me/key'],
    ],
    [['-ikey'], ['-i/home/me/key']],
    [
      ['-Ni', 'key', 'host'],
      ['-Ni', '/home/me/key', 'host'],
    ],
    [['-Nvikey'], ['-Nvi/home/me/key']],
    [
      ['-F', './config'],
      ['-F', '/home/me/./config'],
    ],
    [
      ['-S', 'ctl', '-E', 'log'],
      ['-S', '/home/me/ctl', '-E', '/home/me/log'],
    ],
    [
      ['-I', 'lib/p11.so'],
      ['-I', '/home/me/lib/p11.so'],
    ],
    [
      ['host', '-i', 'key'],
      ['host', '-i', '/home/me/key'],
    ],
    [
      ['-P', '-i', 'key', '-Ptag', 'host', '-F', 'config'],
      ['-P', '-i', '/home/me/key', '-Ptag', 'host', '-F', '/home/me/config'],
    ],
    [
      ['-o', 'IdentityFile=key'],
      ['-o', 'identityfile=/home/me/key'],
    ],
    [['-oIdentityFile key'], ['-oidentityfile=/home/me/key']],
    [
      ['-o', ' IdentityFile = "a key"'],
      ['-o', 'identityfile="/home/me/a key"'],
    ],
    [['-oUserKnownHostsFile=a /b "c d"'], ['-ouserknownhostsfile=/home/me/a /b "/home/me/c d"']],
    [
      ['-L', './s.sock:db:5432'],
      ['-L', '/home/me/./s.sock:db:5432'],
    ],
    [
      ['-R', '8080:run/s.sock'],
      ['-R', '8080:/home/me/run/s.sock'],
    ],
  ])('%j becomes %j', (words, expected) => {
    expect(resolve(...words)).toEqual(expected);
  });

  test('and a percent sign in that folder stays one', () => {
    const { words } = resolveSshPaths(['-i', 'key', '-F', 'config'], '/a%b');
    expect(words).toEqual(['-i', '/a%%b/key', '-F', '/a%b/config']);
  });
});

test.each([
  ['-i', '/key'],
  ['-i', '~/key'],
  ['-i', '%d/key'],
  ['-o', 'IdentityFile=${HOME}/key'],
  ['-F', 'none'],
  ['-S', 'none'],
  ['-I', 'libp11.so'],
  ['-o', 'IdentityAgent=SSH_AUTH_SOCK'],
  ['-o', 'IdentityAgent=$OTHER'],
  ['-o', 'Port=22'],
  ['-o', 'ProxyCommand=nc %h %p'],
  ['-o', 'ProxyCommand=/bin/nc a/b'],
  ['-L', '8080:db:5432'],
  ['-L', '[::1]:8080:db:5432'],
  ['-R', '/far/sock:localhost:22'],
  ['-D', '1080'],
  ['-J', 'a/b'],
  ['host', 'command', '-i', 'key'],
  ['--', '-i', 'key'],
  ['-i'],
])('%j stay as they are', (...words) => {
  expect(resolveSshPaths(words, '/home/me')).toEqual({ words, unresolved: [] });
});

test('what only a shell can read is told', () => {
  const words = ['-o', 'ProxyCommand=./proxy %h', '-oKnownHostsCommand bin/keys', 'host'];
  expect(resolveSshPaths(words, '/home/me')).toEqual({
    words,
    unresolved: ['ProxyCommand=./proxy %h', 'KnownHostsCommand bin/keys'],
  });
});
