import { execFileSync, spawnSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { skipWithout } from '../testing/missing-part.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { readKeyType } from './key-file.ts';

const folder = scratchFolder();
afterAll(() => folder.remove());

const noKeygen = skipWithout('ssh-keygen', spawnSync('ssh-keygen', ['-?']).error === undefined);

const SK = 'sk-ssh-ed25519@openssh.com';
/** A public key on a security key, with the application `ssh:`. */
const SK_BYTES = Buffer.concat([SK, 'k'.repeat(32), 'ssh:'].map(sshString));

/** As SSH writes a text: its length in four bytes, and itself. */
function sshString(text: string | Buffer): Buffer {
  const bytes = Buffer.from(text as string, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function made(name: string, ...words: readonly string[]): string {
  execFileSync('ssh-keygen', ['-q', '-N', '', ...words, '-f', folder.file(name)]);
  return folder.file(name);
}

describe('the type of a key is known', () => {
  test.skipIf(noKeygen).each([
    ['ed25519', [], 'ssh-ed25519'],
    ['ecdsa', [], 'ecdsa-sha2-nistp256'],
    ['ed25519', ['-N', 'secret words'], 'ssh-ed25519'],
    // In this format only the public key beside it tells.
    ['rsa', ['-m', 'PEM'], 'ssh-rsa'],
  ] as const)('%s %j: %s', (type, words, expected) => {
    const file = made(`${type}${words.length}${words[1] ?? ''}`, '-t', type, ...words);
    expect(readKeyType(file)).toBe(expected);
    expect(readKeyType(`${file}.pub`)).toBe(expected);
    renameSync(file, `${file}.elsewhere`);
    // Only the agent has the private key.
    expect(readKeyType(file)).toBe(expected);
  });

  test('of one on a security key, by its file and by its public key', () => {
    const base64 = SK_BYTES.toString('base64');
    writeFileSync(folder.file('sk.pub'), `${SK} ${base64} me@here\n`);
    expect(readKeyType(folder.file('sk'))).toBe(SK);
    const head = [Buffer.from('openssh-key-v1\0'), ...['none', 'none', ''].map(sshString)];
    const one = Buffer.from([0, 0, 0, 1]);
    const text = Buffer.concat([...head, one, sshString(SK_BYTES)]).toString('base64');
    const armour = (word: string) => `-----${word} OPENSSH PRIVATE KEY-----\n`;
    writeFileSync(folder.file('own'), `${armour('BEGIN')}${text}\n${armour('END')}`);
    expect(readKeyType(folder.file('own'))).toBe(SK);
  });
});

test.each([
  ['that is not there', undefined],
  ['that is empty', ''],
  ['of anything else', 'Host db\n  User me\n'],
  ['of known hosts', 'host ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n'],
])('a file %s has none', (what, text) => {
  if (text !== undefined) writeFileSync(folder.file(what), text);
  expect(readKeyType(folder.file(what))).toBeUndefined();
});
