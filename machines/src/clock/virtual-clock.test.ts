import fc from 'fast-check';
import { createActor, setup, SimulatedClock } from 'xstate';
import { expect, test } from 'vitest';
import { createVirtualClock } from './virtual-clock.ts';

/** Three delays, one after the other: how the gate time and the poll times follow each other. */
const chain = setup({}).createMachine({
  initial: 'first',
  states: {
    first: { after: { 30_000: 'second' } },
    second: { after: { 600_000: 'third' } },
    third: { after: { 1: 'fourth' } },
    fourth: {},
  },
});

test('visits chained timers at their exact times within one step', () => {
  const clock = createVirtualClock();
  const actor = createActor(chain, { clock }).start();
  const states: unknown[] = [];
  actor.subscribe(({ value }) => states.push([clock.now(), value]));

  clock.advance(630_001);
  expect(states).toEqual([
    [30_000, 'second'],
    [630_000, 'third'],
    [630_001, 'fourth'],
  ]);
});

test('differs in that from the simulated clock of xstate, which drifts', () => {
  const clock = new SimulatedClock();
  const actor = createActor(chain, { clock }).start();
  clock.increment(630_001);
  expect(actor.getSnapshot().value).toBe('second');
});

test('runs timers that are due at the same time in the order in which they were set', () => {
  const clock = createVirtualClock();
  const order: number[] = [];
  for (const id of [1, 2, 3]) clock.setTimeout(() => order.push(id), 10);
  clock.setTimeout(() => order.push(0), 9);
  clock.advance(10);
  expect(order).toEqual([0, 1, 2, 3]);
});

test('runs a timer at its edge and not 1 ms before it', () => {
  const clock = createVirtualClock();
  let runs = 0;
  clock.setTimeout(() => (runs += 1), 1000);
  clock.advance(999);
  expect([runs, clock.pending]).toEqual([0, 1]);
  clock.advance(1);
  expect([runs, clock.pending]).toEqual([1, 0]);
});

test('forgets a cleared timer; clearing twice, or a stranger, does no harm', () => {
  const clock = createVirtualClock();
  let runs = 0;
  const timer = clock.setTimeout(() => (runs += 1), 10);
  clock.clearTimeout(timer);
  clock.clearTimeout(timer);
  clock.clearTimeout(undefined);
  clock.advance(100);
  expect([runs, clock.pending]).toEqual([0, 0]);
});

test('advances to the next timer, and says when there is none', () => {
  const clock = createVirtualClock();
  const seen: number[] = [];
  clock.setTimeout(() => seen.push(clock.now()), 7);
  clock.setTimeout(() => seen.push(clock.now()), 5);
  expect([clock.advanceToNext(), clock.advanceToNext(), clock.advanceToNext()]).toEqual([
    true,
    true,
    false,
  ]);
  expect(seen).toEqual([5, 7]);
  expect(clock.now()).toBe(7);
});

test('takes a negative delay for none', () => {
  const clock = createVirtualClock();
  const seen: number[] = [];
  clock.setTimeout(() => seen.push(clock.now()), -5);
  clock.advance(0);
  expect(seen).toEqual([0]);
});

test('chained timers run at the sums of their delays, in whatever steps the clock moves', () => {
  const delays = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(delays, fc.array(fc.nat(5000), { maxLength: 20 }), (chained, steps) => {
      const clock = createVirtualClock();
      const ranAt: number[] = [];
      const arm = (index: number) => {
        const delay = chained[index];
        if (delay === undefined) return;
        clock.setTimeout(() => {
          ranAt.push(clock.now());
          arm(index + 1);
        }, delay);
      };
      arm(0);
      for (const step of steps) clock.advance(step);
      clock.advance(100_000);

      let sum = 0;
      expect(ranAt).toEqual(chained.map((delay) => (sum += delay)));
    }),
  );
});
