import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  askForStart,
  createStartBudget,
  DEFAULT_START_LIMIT,
  isStarting,
  nextStart,
  releaseStart,
  type StartBudget,
} from './start-budget.ts';

type Step = readonly ['ask' | 'release', destination: string, starter: string];

/** Plays one step, and after a release lets in whoever may start. */
function take(budget: StartBudget, [what, destination, starter]: Step): StartBudget {
  if (what === 'ask') return askForStart(budget, destination, starter);
  let after = nextStart(releaseStart(budget, destination, starter), destination);
  while (after.starter !== undefined) after = nextStart(after.budget, destination);
  return after.budget;
}

function namesOf({ places }: StartBudget, starting: boolean): string[] {
  return places.filter((place) => place.isStarting === starting).map(({ starter }) => starter);
}

describe('with two places at each host', () => {
  test.each<[title: string, steps: Step[], starting: string[], waiting: string[]]>([
    ['nobody asked', [], [], []],
    ['the first starts', [['ask', 'h', 'a']], ['a'], []],
    [
      'the third waits',
      [
        ['ask', 'h', 'a'],
        ['ask', 'h', 'b'],
        ['ask', 'h', 'c'],
      ],
      ['a', 'b'],
      ['c'],
    ],
    [
      'asking twice takes one place',
      [
        ['ask', 'h', 'a'],
        ['ask', 'h', 'a'],
        ['ask', 'h', 'b'],
      ],
      ['a', 'b'],
      [],
    ],
    [
      'another host has places of its own',
      [
        ['ask', 'h', 'a'],
        ['ask', 'h', 'b'],
        ['ask', 'i', 'c'],
      ],
      ['a', 'b', 'c'],
      [],
    ],
    [
      'who waits longest is next',
      [
        ['ask', 'h', 'a'],
        ['ask', 'h', 'b'],
        ['ask', 'h', 'c'],
        ['ask', 'h', 'd'],
        ['release', 'h', 'b'],
      ],
      ['a', 'c'],
      ['d'],
    ],
    [
      'who no longer waits is not next',
      [
        ['ask', 'h', 'a'],
        ['ask', 'h', 'b'],
        ['ask', 'h', 'c'],
        ['ask', 'h', 'd'],
        ['release', 'h', 'c'],
        ['release', 'h', 'a'],
      ],
      ['b', 'd'],
      [],
    ],
    [
      'a release by one who has no place changes nothing',
      [
        ['ask', 'h', 'a'],
        ['release', 'h', 'z'],
        ['release', 'i', 'a'],
      ],
      ['a'],
      [],
    ],
    [
      'hosts may have any name',
      [
        ['ask', '__proto__', 'a'],
        ['ask', 'constructor', 'a'],
      ],
      ['a', 'a'],
      [],
    ],
  ])('%s', (_, steps, starting, waiting) => {
    const budget = steps.reduce(take, createStartBudget(2));
    expect(namesOf(budget, true)).toEqual(starting);
    expect(namesOf(budget, false)).toEqual(waiting);
  });

  test('nobody overtakes one who waits, even while a place is free', () => {
    const asked = ['a', 'b', 'c'].reduce(
      (so, who) => askForStart(so, 'h', who),
      createStartBudget(2),
    );
    const late = askForStart(releaseStart(asked, 'h', 'a'), 'h', 'late');
    expect(isStarting(late, 'h', 'late')).toBe(false);
    expect(nextStart(late, 'h').starter).toBe('c');
  });
});

test('eight may start when nothing else was said', () => {
  const names = Array.from({ length: 20 }, (_, n) => `${n}`);
  const budget = names.reduce((so, who) => askForStart(so, 'h', who), createStartBudget());
  expect(namesOf(budget, true)).toEqual(names.slice(0, DEFAULT_START_LIMIT));
});

const someSteps = fc.array(
  fc.tuple(
    fc.constantFrom('ask', 'ask', 'release'),
    fc.constantFrom('h', 'i'),
    fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  ),
  { maxLength: 60 },
);

test('never more than the limit start, and nobody waits while there is room', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), someSteps, (limit, steps) => {
      let budget = createStartBudget(limit);
      for (const step of steps) {
        budget = take(budget, step);
        for (const host of ['h', 'i']) {
          const here = budget.places.filter(({ destination }) => destination === host);
          const starting = here.filter((place) => place.isStarting).length;
          expect(starting).toBe(Math.min(limit, here.length));
        }
      }
    }),
  );
});

test('everybody who waits comes to start, in the order of asking', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 30 }), (limit, count) => {
      const names = Array.from({ length: count }, (_, n) => `${n}`);
      let budget = names.reduce((so, who) => askForStart(so, 'h', who), createStartBudget(limit));
      const order: string[] = [];
      while (budget.places.length > 0) {
        const [first = ''] = namesOf(budget, true);
        order.push(first);
        budget = take(budget, ['release', 'h', first]);
      }
      expect(order).toEqual(names);
    }),
  );
});

test('a budget is plain data', () => {
  const budget = askForStart(createStartBudget(), 'h', 'a');
  expect(structuredClone(budget)).toEqual(budget);
});
