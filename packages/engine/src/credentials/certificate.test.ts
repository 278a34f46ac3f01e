import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { readValidity, whyInvalid } from './certificate.ts';

let folder: ScratchFolder;
const keygen = (...words: readonly string[]) =>
  void execFileSync('ssh-keygen', ['-q', ...words], { env: { ...process.env, TZ: 'UTC0' } });

beforeAll(() => {
  folder = scratchFolder();
  keygen('-t', 'ed25519', '-N', '', '-f', folder.file('ca'));
});
afterAll(() => folder.remove());

/** Makes a key and a certificate of it, and gives the line of the certificate. */
function certificate(kind: string, ...words: readonly string[]): string {
  const file = folder.file(`key-${Math.random()}`);
  keygen('-t', kind, '-N', '', '-f', file);
  keygen('-s', folder.file('ca'), '-I', 'me', '-n', 'me,root', ...words, `${file}.pub`);
  return readFileSync(`${file}-cert.pub`, 'utf8');
}

const FROM_S = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;
const TO_S = Date.UTC(2026, 0, 3, 3, 4, 5) / 1000;
const A_DAY = ['-V', '20260102030405:20260103030405'];

describe('the certificate of', () => {
  test.each(['ed25519', 'rsa', 'ecdsa'])('an %s key tells when it is valid', (kind) => {
    expect(readValidity(certificate(kind, ...A_DAY))).toEqual({
      fromSeconds: FROM_S,
      toSeconds: TO_S,
    });
  });

  test('a key may be valid for ever', () => {
    expect(readValidity(certificate('ed25519'))).toEqual({ fromSeconds: 0, toSeconds: Infinity });
  });

  test('a host, and what is cut short or no certificate, tells nothing', () => {
    expect(readValidity(certificate('ed25519', '-h', ...A_DAY))).toBeUndefined();
    const [kind, base64] = certificate('ed25519', ...A_DAY).split(' ');
    const bytes = Buffer.from(base64!, 'base64');
    for (let length = 0; length < 150; length += 1) {
      const cut = `${kind} ${bytes.subarray(0, length).toString('base64')}`;
      expect(readValidity(cut), cut).toBeUndefined();
    }
    for (const line of [
      '',
      readFileSync(folder.file('ca.pub'), 'utf8'),
      'x-cert-v01@openssh.com A',
    ])
      expect(readValidity(line)).toBeUndefined();
  });
});

test.each([
  [FROM_S - 1, 'is not valid before 2026-01-02T03:04:05Z'],
  [FROM_S, undefined],
  [TO_S - 1, undefined],
  [TO_S, 'was valid until 2026-01-03T03:04:05Z'],
])('at %i s a certificate of a day: %s', (nowS, words) => {
  expect(whyInvalid({ fromSeconds: FROM_S, toSeconds: TO_S }, nowS * 1000)).toBe(words);
});
