import { expect, it } from 'vitest';
import { needsConfirmation, possibleActions } from './order-words.ts';

const ALL = ['start', 'restart', 'stop', 'probe'] as const;

it.each([
  ['healthy', ['restart', 'stop', 'probe']],
  ['backoff', ['restart', 'stop']],
  ['stopping', []],
  ['stopped', ['start']],
  ['failed', ['start']],
])('offers in state %s: %j', (state, expected) => {
  expect(possibleActions(ALL, state)).toEqual(expected);
});

it('offers only what the source can carry out', () => {
  expect(possibleActions([], 'healthy')).toEqual([]);
});

it('asks again before everything but a probe', () => {
  expect(ALL.filter(needsConfirmation)).toEqual(['start', 'restart', 'stop']);
});
