import fc from 'fast-check';
import { expect, test } from 'vitest';
import { REDACTED, redactFrame } from './redact-frame.ts';

test.each<[field: string, value: unknown]>([
  ['line', 'client_loop: send disconnect'],
  ['sentence', 'the key /home/me/.ssh/id_ed25519 was refused'],
  ['remedy', 'ssh-add /home/me/.ssh/id_ed25519'],
  ['reason', '/no/ssh: No such file or directory'],
  ['env', { AWS_SECRET: 'x' }],
  ['childEnvironment', { A: 'b' }],
  ['argv', ['-o', 'ProxyCommand=x']],
  ['options', ['-i', 'key']],
  ['identityFile', '/home/me/.ssh/id'],
  ['identity_file', '/home/me/.ssh/id'],
  ['SSH_AUTH_TOKEN', 'x'],
  ['password', 'x'],
  ['token', 123_456],
])('the value of %s stays here', (field, value) => {
  expect(redactFrame({ kept: [{ [field]: value }] })).toEqual({ kept: [{ [field]: REDACTED }] });
});

test.each<[field: string, value: unknown]>([
  ['stopReason', 'heartbeat-missed'],
  ['misses', 2],
  ['key', null],
  ['hasPassword', true],
  ['keyboard', 'us'],
  ['environs', 'suburb'],
  ['deadline', 'noon'],
])('the value of %s is shown', (field, value) => {
  expect(redactFrame({ [field]: value })).toEqual({ [field]: value });
});

test('plain data keeps its shape, and redacting it twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const redacted = redactFrame(value);
      expect(redactFrame(redacted)).toEqual(redacted);
      expect(JSON.stringify(redacted)).toBeDefined();
    }),
  );
});
