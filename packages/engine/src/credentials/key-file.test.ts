import { execFileSync, spawnSync } from 'node:child_process';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { skipWithout } from '../testing/missing-part.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { mayNeedTouch } from './key-file.ts';

const folder = scratchFolder();
const KEY = folder.file('key');
afterEach(() => {
  for (const name of [KEY, `${KEY}.pub`]) rmSync(name, { force: true });
});
afterAll(() => folder.remove());

const noKeygen = skipWithout('ssh-keygen', spawnSync('ssh-keygen', ['-?']).error === undefined);

/** As SSH writes bytes: how many, and they themselves. */
function sshString(bytes: string | Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(bytes.length);
  return Buffer.concat([head, Buffer.from(bytes as string, 'latin1')]);
}

const KINDS = {
  'sk-ssh-ed25519@openssh.com': ['k'.repeat(32), 'ssh:'],
  'sk-ecdsa-sha2-nistp256@openssh.com': ['nistp256', 'q'.repeat(65), 'ssh:'],
} as const;
type Kind = keyof typeof KINDS;

/** A key on a security key, as ssh-keygen writes its file. @see OpenSSH's PROTOCOL.key and PROTOCOL.u2f */
function securityKey(kind: Kind, flags: number, cipher = 'none'): string {
  const publicKey = Buffer.concat([kind, ...KINDS[kind]].map(sshString));
  const handle = ['handle', '', 'me@here'].map(sshString);
  const secret = Buffer.concat([
    Buffer.from('12341234'),
    publicKey,
    Buffer.from([flags]),
    ...handle,
  ]);
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[cipher, 'none', ''].map(sshString),
    Buffer.from([0, 0, 0, 1]),
    sshString(publicKey),
    sshString(secret),
  ]);
  const lines = body.toString('base64').replaceAll(/.{70}/g, '$&\n');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function publicLine(kind: Kind): string {
  const base64 = Buffer.concat([kind, ...KINDS[kind]].map(sshString)).toString('base64');
  return `${kind} ${base64} me@here\n`;
}

/** What the flags of a key can say, besides: that a PIN is asked for, that it is in the device. */
const [TOUCH, PIN, RESIDENT] = [1, 4, 0x20];

describe.each(Object.keys(KINDS) as Kind[])('a key of the kind %s', (kind) => {
  test.each([
    ['as it is usually made', TOUCH, true],
    ['in the device', TOUCH | RESIDENT, true],
    ['made with no-touch-required', 0, false],
    ['in the device, with no-touch-required', RESIDENT, false],
    ['with a PIN', TOUCH | PIN, true],
  ])('%s', (_, flags, expected) => {
    writeFileSync(KEY, securityKey(kind, flags));
    writeFileSync(`${KEY}.pub`, publicLine(kind));
    expect(mayNeedTouch(KEY)).toBe(expected);
  });

  test('may need one if nobody can tell: in a file with a passphrase, and by its public key', () => {
    writeFileSync(KEY, securityKey(kind, 0, 'aes256-ctr'));
    expect(mayNeedTouch(KEY)).toBe(true);
    writeFileSync(KEY, publicLine(kind));
    expect(mayNeedTouch(KEY)).toBe(true);
    // Only the agent has it.
    renameSync(KEY, `${KEY}.pub`);
    expect(mayNeedTouch(KEY)).toBe(true);
  });

  test('is read to its end, wherever that is', () => {
    const whole = securityKey(kind, TOUCH);
    for (let length = 0; length < whole.length; length += 7) {
      writeFileSync(KEY, whole.slice(0, length));
      expect(typeof mayNeedTouch(KEY)).toBe('boolean');
    }
  });
});

describe('no touch is needed for', () => {
  test.skipIf(noKeygen).each([
    ['a key', ['-t', 'ed25519', '-N', '']],
    ['a key with a passphrase', ['-t', 'ecdsa', '-N', 'secret words']],
    ['a key in another format', ['-t', 'rsa', '-N', '', '-m', 'PEM']],
  ])('%s', (_, words) => {
    execFileSync('ssh-keygen', ['-q', ...words, '-f', KEY]);
    expect(mayNeedTouch(KEY)).toBe(false);
    renameSync(`${KEY}.pub`, KEY);
    expect(mayNeedTouch(KEY)).toBe(false);
  });

  test.each([
    ['nothing', undefined],
    ['an empty file', ''],
    ['a config', 'Host sk-db\n  User me\n'],
    ['known hosts', 'host sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t\n'],
  ])('%s', (_, text) => {
    if (text !== undefined) writeFileSync(KEY, text);
    expect(mayNeedTouch(KEY)).toBe(false);
  });
});
