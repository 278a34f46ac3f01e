import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeRow } from '../../src/testing/make-row.ts';
import { makeStep } from '../../src/testing/make-step.ts';
import { FIRST_STATE, type PageState } from './page-state.ts';
import { reduce, type PageEvent } from './reduce.ts';

const play = (...events: PageEvent[]): PageState => events.reduce(reduce, FIRST_STATE);
const all = (...names: string[]): PageEvent => ({
  type: 'message',
  message: { type: 'all', atMs: 0, rows: names.map((name) => makeRow({ name })) },
  nowMs: 0,
});
const changed = (name: string, state: string, atMs = 0): PageEvent => ({
  type: 'message',
  message: { type: 'changed', atMs, rows: [makeRow({ name, state })], watched: null, steps: [] },
  nowMs: 0,
});

describe('the list', () => {
  it('lets no row jump while things happen, and lets them move when it settles', () => {
    const before = play(all('a', 'b', 'c'), { type: 'sort', sort: 'trouble' });
    const after = reduce(before, changed('c', 'failed'));
    expect(after.order).toEqual(['a', 'b', 'c']);
    expect(reduce(after, { type: 'settle' }).order).toEqual(['c', 'a', 'b']);
  });

  it('has the latest of each row, in whatever pieces it came', () => {
    const change = fc.tuple(
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom('healthy', 'probing', 'failed'),
    );
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const state = play(
          all('a', 'b', 'c'),
          ...changes.map(([name, word]) => changed(name, word)),
        );
        expect(state.messages).toBe(changes.length + 1);
        for (const name of ['a', 'b', 'c']) {
          const last = changes.findLast(([of]) => of === name)?.[1] ?? 'healthy';
          expect(state.rows.get(name)?.state).toBe(last);
        }
      }),
    );
  });

  it('forgets a row that is no longer there', () => {
    const state = play(all('a', 'b'), all('a'));
    expect(state.order).toEqual(['a']);
    expect(state.rows.has('b')).toBe(false);
  });

  it('takes a row that is new', () => {
    expect(play(all('b'), changed('a', 'healthy')).order).toEqual(['a', 'b']);
  });
});

describe('the past of the chosen one', () => {
  const choose: PageEvent = { type: 'choose', name: 'a', atMs: null };
  const steps = [makeStep({ index: 3, atMs: 3000 }), makeStep({ index: 4, atMs: 4000 })];
  const answer = (name: string): PageEvent => ({
    type: 'steps',
    answer: { name, earliestMs: 0, steps, isCut: true },
    isOlder: false,
  });

  const stepped = (watched: string | null): PageEvent => ({
    type: 'message',
    message: {
      type: 'changed',
      atMs: 0,
      rows: [],
      watched,
      steps: [makeStep({ index: 5, atMs: 5000 })],
    },
    nowMs: 0,
  });

  it('has no steps of another, of whom a last message may come after the choice', () => {
    const chooseOther: PageEvent = { type: 'choose', name: 'b', atMs: null };
    expect(play(choose, chooseOther, stepped('a')).past.steps).toEqual([]);
    expect(play(choose, chooseOther, stepped('b')).past.steps).toHaveLength(1);
    expect(play(stepped(null)).past.steps).toEqual([]);
  });

  it('is that of the chosen one only', () => {
    expect(play(choose, answer('b')).past.isLoaded).toBe(false);
    expect(play(choose, answer('a')).past).toMatchObject({ steps, isCut: true, isLoaded: true });
  });

  it('is put together of what the stream brought and what was asked for', () => {
    expect(play(choose, stepped('a'), answer('a')).past.steps.map(({ index }) => index)).toEqual([
      3, 4, 5,
    ]);
  });

  it('is no longer cut when there is nothing older', () => {
    const older: PageEvent = {
      type: 'steps',
      answer: { name: 'a', earliestMs: 0, steps: [], isCut: false },
      isOlder: true,
    };
    expect(play(choose, answer('a'), older).past).toMatchObject({ steps, isCut: false });
  });

  it('goes when another is chosen, and stays when another moment is', () => {
    expect(play(choose, answer('a'), { type: 'choose', name: 'b', atMs: null }).past.steps).toEqual(
      [],
    );
    const moved = play(choose, answer('a'), { type: 'choose', name: 'a', atMs: 35 });
    expect(moved.past.steps).toEqual(steps);
    expect(moved.travel).toEqual({ atMs: 35, key: null });
  });
});

it('says what became of an order only while the same one is chosen', () => {
  const notice = { text: 'Stopping a.', isProblem: false };
  const state = play(
    { type: 'choose', name: 'a', atMs: null },
    { type: 'notice', notice },
    { type: 'choose', name: 'a', atMs: 35 },
  );
  expect(state.notice).toEqual(notice);
  expect(reduce(state, { type: 'choose', name: 'b', atMs: null }).notice).toBeNull();
});

it('keeps with the reasons the time of which they are', () => {
  const choose: PageEvent = { type: 'choose', name: 'a', atMs: null };
  const why: PageEvent = { type: 'why', name: 'a', sentences: ['a is up.'], atMs: 7 };
  expect(play(choose, why).why).toEqual({ sentences: ['a is up.'], atMs: 7 });
  expect(play(choose, why, { type: 'choose', name: 'b', atMs: null }).why).toBeNull();
});

it('minds another clock, but not the time that a message takes', () => {
  expect(play(changed('a', 'healthy', 900)).offsetMs).toBe(0);
  expect(play(changed('a', 'healthy', 60_000)).offsetMs).toBe(60_000);
});
