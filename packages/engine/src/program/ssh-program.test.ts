import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { knownSshOptions } from './ssh-program.ts';

const folder = scratchFolder();
afterAll(() => folder.remove());

/** A program with these words in it, the last of them across the border of what is read at once. */
function binary(name: string, ...words: readonly string[]): string {
  const text = `\u007FELF\0${words.slice(0, -1).join('\0')}\0`;
  const last = words.at(-1) ?? '';
  const padding = '.'.repeat(256 * 1024 - text.length - 5);
  writeFileSync(folder.file(name), `${text}${padding}\0${last}\0more`, { mode: 0o755 });
  return folder.file(name);
}

const old = binary('old-ssh', 'controlmaster', 'controlpersist');
const current = binary('ssh', 'controlpersist', 'forkafterauthentication');

const known = (file: string) => {
  const options = knownSshOptions(file, ['forkafterauthentication', 'somethingnew']);
  return options && [...options];
};

test('OpenSSH is known by the options that are written in it', () => {
  expect(known(current)).toEqual(['forkafterauthentication']);
  expect(known(old)).toEqual([]);
});

test.each([
  ['another client', () => binary('dbclient', 'dropbear')],
  ['a word that only begins like one', () => binary('longer', 'controlpersistent')],
  ['a missing program', () => folder.file('missing')],
  ['a folder', () => folder.path],
])('%s is not OpenSSH', (_what, make) => {
  expect(known(make())).toBeUndefined();
});

describe('a script', () => {
  test.each([
    'exec SSH "$@"',
    'exec SSH -F /etc/other "$@"',
    'echo "$*" >>/tmp/calls\nsshpass -e SSH -v ${1+"$@"}',
    'if mkdir first; then exec SSH "$@"; fi\nexec SSH "$@"',
    '# case "$1" in\nset -eu\nSSH $@',
  ])('that hands all its words on is as good as its ssh: %s', (text) => {
    const script = folder.program('script', text.replaceAll('SSH', current));
    expect(known(script)).toEqual(['forkafterauthentication']);
  });

  test.each([
    'exec SSH "$1"',
    'case $1 in -o) exit 1 ;; esac\nexec SSH "$@"',
    'for word in "$@"; do echo "$word"; done; exec SSH "$@"',
    'echo "$*" | grep -q Control && exit 1; exec SSH "$@"',
    'while getopts o: option; do :; done; exec SSH "$@"',
    'exec dbclient "$@"',
    'exec /no/such/ssh "$@"',
    'echo no connection',
    '#!/usr/bin/perl\nsystem "ssh", @ARGV;',
  ])('that looks at its words, or does something else, is not: %s', (text) => {
    const script = folder.program('script', text.replaceAll('SSH', current));
    expect(known(script)).toBeUndefined();
  });
});
