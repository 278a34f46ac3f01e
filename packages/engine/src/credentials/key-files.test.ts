import {
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { keyFileFingerprint } from './key-files.ts';

let home: ScratchFolder;

beforeEach(() => {
  home = scratchFolder();
  mkdirSync(home.file('ssh'));
  write('ssh/id_ed25519', 'a private key');
  write('ssh/config', 'Host *');
  write('key-elsewhere', 'another');
});
afterEach(() => home.remove());

function write(name: string, text: string): void {
  writeFileSync(home.file(name), text, { mode: 0o600 });
  // Two writes within one tick of the file system's clock would look the same.
  utimesSync(home.file(name), 1000, 1000 + text.length);
}

function fingerprint(): Promise<string | undefined> {
  return keyFileFingerprint({ folder: home.file('ssh'), more: [home.file('key-elsewhere')] });
}

describe('the fingerprint of key files changes', () => {
  test.each<[title: string, change: () => void]>([
    ['with a new key', () => write('ssh/id_rsa', 'new')],
    ['with a new certificate', () => write('ssh/id_ed25519-cert.pub', 'signed')],
    ['with a key of any name', () => write('ssh/work', 'new')],
    ['when a key gets other contents', () => write('ssh/id_ed25519', 'other contents')],
    ['when a key of the same size takes its place', replaceBySameSize],
    ['when a key is touched', () => utimesSync(home.file('ssh/id_ed25519'), 5, 5)],
    ['when its mode changes', () => chmodSync(home.file('ssh/id_ed25519'), 0o644)],
    ['when a key is gone', () => rmSync(home.file('ssh/id_ed25519'))],
    ['when the folder is gone', () => rmSync(home.file('ssh'), { recursive: true })],
    ['when ssh_config changes', () => write('ssh/config', 'IdentityFile ~/k')],
    ['when a key elsewhere changes', () => write('key-elsewhere', 'yet another')],
    ['when a key elsewhere is gone', () => rmSync(home.file('key-elsewhere'))],
  ])('%s', async (_, change) => {
    const before = await fingerprint();
    change();
    expect(await fingerprint()).not.toBe(before);
  });

  test('when the file behind a link changes', async () => {
    symlinkSync(home.file('key-elsewhere'), home.file('ssh/linked'));
    const folderOnly = () => keyFileFingerprint({ folder: home.file('ssh'), more: [] });
    const before = await folderOnly();
    write('key-elsewhere', 'yet another');
    expect(await folderOnly()).not.toBe(before);
  });
});

function replaceBySameSize(): void {
  write('new', 'A private key');
  renameSync(home.file('new'), home.file('ssh/id_ed25519'));
}

describe('the fingerprint of key files stays', () => {
  test.each<[title: string, change: () => void]>([
    ['when nothing happens', () => undefined],
    ['when a host becomes known', () => write('ssh/known_hosts', 'host')],
    ['when known hosts are kept', () => write('ssh/known_hosts.old', 'host')],
    ['when another may log in here', () => write('ssh/authorized_keys', 'key')],
    ['when a connection writes its log', () => write('ssh/tunnel.log', 'Permission denied')],
    ['with a new folder', () => mkdirSync(home.file('ssh/keys'))],
    ['with a link to nothing', () => symlinkSync('/no/such/file', home.file('ssh/dangling'))],
    ['with a file after the two hundredth', () => write('ssh/zz', 'one more')],
  ])('%s', async (title, change) => {
    if (title.includes('hundredth')) {
      for (let file = 0; file < 200; file += 1) write(`ssh/id_${file}`, 'key');
    }
    const before = await fingerprint();
    change();
    expect(await fingerprint()).toBe(before);
  });

  test('with a socket', async () => {
    const before = await fingerprint();
    const server = createServer().listen(home.file('ssh/master'));
    await once(server, 'listening');
    expect(await fingerprint()).toBe(before);
    server.close();
  });
});

test('where there is no folder and no file, the fingerprint is that of nothing', async () => {
  const nothing = { folder: home.file('none'), more: [home.file('neither')] };
  expect(await keyFileFingerprint(nothing)).toBe('');
});
