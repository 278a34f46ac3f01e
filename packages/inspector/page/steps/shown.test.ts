import { describe, expect, it } from 'vitest';
import { makeRow } from '../../src/testing/make-row.ts';
import { FIRST_STATE, type PageState } from '../store/page-state.ts';
import { makeStep } from '../../src/testing/make-step.ts';
import { positionOf, roundTripsUntil, shownOf } from './shown.ts';
import { keyOf } from './step-list.ts';
import { whyThen } from './why-then.ts';

const steps = [
  makeStep({ index: 7, atMs: 1000, state: 'connecting' }),
  makeStep({ index: 8, atMs: 2000, state: 'backoff', event: 'child.exited' }),
  makeStep({ index: 9, atMs: 2000, state: 'healthy' }),
];
const state: PageState = {
  ...FIRST_STATE,
  chosen: 'a',
  rows: new Map([['a', makeRow({ name: 'a', state: 'probing', roundTripsMs: [1, 2] })]]),
  past: { steps, earliestMs: 0, isCut: false, isLoaded: true },
};
const at = (atMs: number, position?: number) => {
  const step = position === undefined ? undefined : steps[position];
  return { ...state, travel: { atMs, key: step === undefined ? null : keyOf(step) } };
};

describe('what is shown', () => {
  it('is the row while nobody travels', () => {
    expect(shownOf(state)).toMatchObject({ state: 'probing', roundTripMs: 2 });
    expect(positionOf(state)).toBe(2);
  });

  it('is the last step that was not later than the moment', () => {
    expect(shownOf(at(1999))?.state).toBe('connecting');
    expect(shownOf(at(2000))?.state).toBe('healthy');
    expect(shownOf(at(999))).toBeNull();
  });

  it('is the one step that was picked, of several in a millisecond', () => {
    expect(shownOf(at(2000, 1))?.state).toBe('backoff');
  });
});

it('has the answers until then for a recording that is played', () => {
  const answered = [5, 6, 7].map((roundTripMs, index) => {
    const step = makeStep({ index, atMs: index });
    return { ...step, facts: { ...step.facts, roundTripMs } };
  });
  expect(roundTripsUntil([...steps.slice(0, 1), ...answered], 2)).toEqual([5, 6]);
});

it('says why it was so, in whole sentences', () => {
  const shown = shownOf(at(2000, 1));
  if (shown === null) throw new Error('nothing is shown');
  const failed = {
    ...shown,
    failureClass: 'dropped',
    failureSentence: 'no answer to two probes',
    nextStartAtMs: 5000,
  };
  expect(whyThen(failed, ['ssh ended with status 255'], 3000)).toEqual([
    'It had been in the state backoff for 1 s.',
    'ssh ended with status 255.',
    'No answer to two probes (dropped).',
    'The next start was due 2 s later.',
  ]);
  expect(whyThen({ ...shown, state: 'probing', sinceMs: 1000 }, [], 4000)).toEqual([
    'It had carried traffic for 3 s, and a probe was out.',
  ]);
});
