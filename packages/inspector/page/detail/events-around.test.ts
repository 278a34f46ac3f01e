import { expect, it } from 'vitest';
import { makeStep } from '../../src/testing/make-step.ts';
import { eventsAround, MOST_EVENTS } from './events-around.ts';

const steps = Array.from({ length: 1000 }, (_, index) =>
  makeStep({
    index,
    atMs: index,
    ...(index % 10 === 0 ? { event: 'network.changed', taken: ['x'] } : {}),
  }),
);

it('lists what tells something, the latest first', () => {
  const listed = eventsAround(steps.slice(0, 41), null, false).map(({ index }) => index);
  expect(listed).toEqual([40, 30, 20, 10, 0]);
});

it('lists a moment that is looked at with what came before and after, also if it is everyday business', () => {
  const listed = eventsAround(steps, 505, false).map(({ index }) => index);
  expect(listed).toHaveLength(MOST_EVENTS / 3 + 1 + 51);
  expect(listed).toContain(505);
  expect(listed).toContain(510);
  expect(listed).toEqual(listed.toSorted((one, other) => other - one));
});

it('never lists more than can be looked through', () => {
  expect(eventsAround(steps, null, true)).toHaveLength(MOST_EVENTS);
  expect(eventsAround(steps, 500, true)).toHaveLength(MOST_EVENTS);
});
