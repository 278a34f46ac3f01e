import { expect, test } from 'vitest';
import { CHALLENGER_VERDICTS, type ChallengerVerdict } from './challenger-failures.ts';
import { FAILURE_CLASSES, type FailureClass } from './failure-policy.ts';

const VERDICTS: readonly (readonly [FailureClass, ChallengerVerdict])[] = [
  ['unreachable', 'try-again'],
  ['throttled', 'try-again'],
  ['dropped', 'try-again'],
  ['local-lack', 'try-again'],
  ['unknown', 'try-again'],
  ['auth', 'no-witness'],
  ['host-key-changed', 'no-witness'],
  ['host-key-unknown', 'no-witness'],
  ['usage', 'no-witness'],
  ['remote-port-held', 'no-witness'],
  ['local-port-held', 'no-witness'],
];

test.each(VERDICTS)('a challenger that ends as %s: %s', (name, verdict) => {
  expect(CHALLENGER_VERDICTS[name]).toBe(verdict);
});

test('every class has a verdict, and none is forgotten here', () => {
  const known = VERDICTS.map(([name]) => name).sort();
  expect(known).toEqual([...FAILURE_CLASSES].sort());
  expect(Object.keys(CHALLENGER_VERDICTS).sort()).toEqual(known);
});
