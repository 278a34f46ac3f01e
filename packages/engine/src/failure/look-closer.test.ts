import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';
import { listen } from '../testing/loopback.ts';
import { skipWithout } from '../testing/missing-part.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { answererOf, lookCloser, whoAnswers } from './look-closer.ts';
import { failureOf } from './sentences.ts';

const folder = scratchFolder();
afterAll(() => folder.remove());

test.each([
  ['', 'nothing-new'],
  ['SSH-2.0-OpenSSH_9.2p1\r\n', 'nothing-new'],
  ['Welcome to the machine\r\nSSH-2.0-x\r\n', 'nothing-new'],
  ['Exceeded MaxStartups\r\n', 'too-many'],
  ['Not allowed at this time\r\n', 'penalised'],
])('%j: %s', (heard, kind) => {
  expect(answererOf(Buffer.from(heard))).toEqual({ kind });
});

test.each([
  ['HTTP/1.1 400 Bad Request\r\n', 'an HTTP server'],
  ['<!DOCTYPE html>', 'an HTTP server'],
  ['220 mx.example ESMTP Postfix\r\n', 'a mail server'],
  ['220 Service ready\r\n', 'an FTP or mail server'],
  ['* OK IMAP4rev1\r\n', 'an IMAP server'],
  ['-ERR unknown command\r\n', 'a Redis server'],
  ['\u0015\u0003\u0001\u0000\u0002\u0002F', 'a TLS server'],
  ['\u001b[2Jhello\r\nmore', 'something that says "\uFFFD[2Jhello"'],
  ['x'.repeat(500), `something that says "${'x'.repeat(60)}"`],
])('%j is %s', (heard, what) => {
  expect(answererOf(Buffer.from(heard, 'latin1'))).toEqual({ kind: 'stranger', what });
});

test('a place is looked at once, however many ask', async () => {
  let visits = 0;
  const server = await listen((socket) => {
    visits += 1;
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n'));
  });
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => whoAnswers('127.0.0.1', server.port)),
  );
  expect(new Set(answers)).toEqual(new Set([{ kind: 'stranger', what: 'an HTTP server' }]));
  expect(visits).toBe(1);
  await server.close();
});

const noKeygen = skipWithout('ssh-keygen', spawnSync('ssh-keygen', ['-?']).error === undefined);

test.skipIf(noKeygen)('a key with a passphrase is found by the path that ssh writes', async () => {
  const key = folder.file('50% db');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret words', '-f', key]);
  const program = folder.program('ssh', `echo 'identityfile ${key.replace('%', '%%')}'`);
  const denied = failureOf('denied', '', { host: 'srv', methods: 'publickey' });
  const asked = { program, words: [], env: { PATH: process.env['PATH'] } };
  expect(await lookCloser(denied, () => asked)).toMatchObject({
    cause: 'key-locked',
    facts: { file: key },
  });
});
