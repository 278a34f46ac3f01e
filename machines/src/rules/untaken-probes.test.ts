import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  countUntaken,
  isAskedAt,
  passTrial,
  TAKES_PROBES,
  trialSeconds,
  UNASKED_MS,
  type ProbeTaking,
  type Untaken,
} from './untaken-probes.ts';

const after = (...ends: readonly Untaken[]): ProbeTaking =>
  ends.reduce<ProbeTaking>((known, why, index) => countUntaken(known, why, index), TAKES_PROBES);

test.each<[ends: readonly Untaken[], phase: ProbeTaking['phase'], times: number]>([
  [[], 'asked', 0],
  [['ended'], 'asked', 1],
  [['silent'], 'asked', 1],
  [['ended', 'ended'], 'trial', 2],
  [['silent', 'silent'], 'trial', 2],
  [['ended', 'silent'], 'asked', 1],
  [['silent', 'ended'], 'asked', 1],
  [['silent', 'ended', 'ended'], 'trial', 2],
])('after first probes that came to %j the next ssh is: %s', (ends, phase, times) => {
  expect(after(...ends)).toMatchObject({ phase, times });
});

test.each<[Untaken, limit: number, seconds: number]>([
  ['ended', 60, 5],
  ['ended', 0, 5],
  ['silent', 60, 60],
])('a trial after %s, where ssh gives up after %i s, takes %i s', (why, limit, seconds) => {
  expect(trialSeconds(after(why, why), limit)).toBe(seconds);
});

test('a server that takes no probes is asked again after an hour, and not before', () => {
  const known = passTrial(after('silent', 'silent'), 1000);
  expect(isAskedAt(known, 1000)).toBe(false);
  expect(isAskedAt(known, 1000 + UNASKED_MS - 1)).toBe(false);
  expect(isAskedAt(known, 1000 + UNASKED_MS)).toBe(true);
});

test('if that fails too, it is left unasked for another hour, without another trial', () => {
  const known = passTrial(after('silent', 'silent'), 1000);
  const again = countUntaken(known, 'ended', 1000 + UNASKED_MS);
  expect(again).toEqual({ phase: 'unasked', why: 'ended', times: 1, sinceMs: 1000 + UNASKED_MS });
});

test('nobody is left unasked who did not come to the same twice in a row', () => {
  const ends = fc.array(fc.constantFrom<Untaken>('ended', 'silent'), { maxLength: 20 });
  fc.assert(
    fc.property(ends, (some) => {
      const isTwice = some.some((why, index) => index > 0 && some[index - 1] === why);
      const phases = some.map((_, index) => after(...some.slice(0, index + 1)).phase);
      expect(phases.includes('trial')).toBe(isTwice);
      expect(phases).not.toContain('unasked');
    }),
  );
});
