import { expect, test } from 'vitest';
import { forwardOf } from '../testing/tunnel-specs.ts';
import { heldForwardFailure } from './held-forward-failure.ts';
import type { HeldForward } from './held-forwards.ts';

const forward = forwardOf('local', '5432:db:5432');
const other = forwardOf('local', '127.0.0.1:8080:web:80');
const six: HeldForward = {
  forward,
  address: '::1',
  port: 5432,
  holderAddress: '::1',
  holder: { pid: 811, program: 'nc' },
  isHalf: true,
};
const four: HeldForward = { ...six, address: '127.0.0.1', holderAddress: '127.0.0.1' };
const dual: HeldForward = { ...six, holderAddress: '::' };

test('nothing held is no failure', () => {
  expect(heldForwardFailure([])).toBeUndefined();
});

test.each([
  [[six], 'port 5432 is held at [::1] by pid 811 (nc), so only half of the forward would work'],
  [[dual], 'port 5432 is held at [::1] by pid 811 (nc), so half of the forward at most would work'],
  [
    [{ ...four, holder: undefined }],
    'port 5432 is held at 127.0.0.1 by another program, so only half of the forward would work',
  ],
  [
    [
      { ...four, isHalf: false },
      { ...six, isHalf: false },
    ],
    'port 5432 is held at 127.0.0.1 and [::1] by pid 811 (nc), so the forward 5432:db:5432 would not work',
  ],
  [
    [
      { ...four, isHalf: false, holder: { pid: 7, program: 'old' } },
      { ...six, isHalf: false },
    ],
    'port 5432 is held at 127.0.0.1 by pid 7 (old) and at [::1] by pid 811 (nc), so the forward 5432:db:5432 would not work',
  ],
  [
    [six, { ...four, forward: other, port: 8080, isHalf: false }],
    'port 5432 is held at [::1] by pid 811 (nc), so only half of the forward would work; one more forward is held',
  ],
])('%# is told in one sentence', (held, sentence) => {
  expect(heldForwardFailure(held)).toMatchObject({ class: 'local-port-held', sentence });
});

test.each([
  [six, 'end pid 811, or listen at one address only: 127.0.0.1:5432:…'],
  [four, 'end pid 811, or listen at one address only: [::1]:5432:…'],
  [{ ...six, address: '::' }, 'end pid 811, or listen at one address only: 0.0.0.0:5432:…'],
  [dual, 'end pid 811, or choose another port'],
  [{ ...four, isHalf: false }, 'end pid 811, or choose another port'],
  [
    { ...four, isHalf: false, holder: undefined },
    'end that program (ss -ltnp sport = :5432), or choose another port',
  ],
])('%# has a remedy', (held, remedy) => {
  expect(heldForwardFailure([held])?.remedy).toBe(remedy);
});
