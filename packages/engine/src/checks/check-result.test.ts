import { expect, test } from 'vitest';
import { failedBy } from './check-result.ts';

test.each([
  ['self-signed certificate', 'self-signed certificate'],
  [
    'self-signed certificate; if the root CA is installed locally, try running Node.js with --use-system-ca',
    'self-signed certificate',
  ],
  ['certificate has expired; renew it', 'certificate has expired; renew it'],
])('what Node says is told without its advice about itself: %s', (said, problem) => {
  expect(failedBy(new Error(said))).toEqual({ ok: false, problem });
});
