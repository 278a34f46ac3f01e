import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTurns } from './turns.ts';

const PATIENT = { timeout: 90_000 };

describe('work in turns', () => {
  test('is done in order, and not before the present work is over', async () => {
    const done: number[] = [];
    const turns = createTurns();
    for (const n of [1, 2, 3]) turns.add(() => done.push(n));
    expect(done).toEqual([]);
    await expect.poll(() => done, PATIENT).toEqual([1, 2, 3]);
  });

  test('that comes from work comes behind what was given before', async () => {
    const done: string[] = [];
    const turns = createTurns();
    turns.add(() => {
      done.push('first');
      turns.add(() => done.push('of the first'));
    });
    turns.add(() => done.push('second'));
    await expect.poll(() => done, PATIENT).toEqual(['first', 'second', 'of the first']);
  });

  test('is taken up again after a rest', async () => {
    const done: number[] = [];
    const turns = createTurns();
    turns.add(() => done.push(1));
    await expect.poll(() => done, PATIENT).toEqual([1]);
    turns.add(() => done.push(2));
    await expect.poll(() => done, PATIENT).toEqual([1, 2]);
  });
});

describe('a turn', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setImmediate', 'clearImmediate'] }));
  afterEach(() => void vi.useRealTimers());

  /** Work that takes so long each, on a clock of its own. */
  function crowd(count: number, eachMs: number) {
    let nowMs = 0;
    const turns = createTurns(() => nowMs);
    let done = 0;
    for (let n = 0; n < count; n += 1) {
      turns.add(() => {
        nowMs += eachMs;
        done += 1;
      });
    }
    return { turns, done: () => done };
  }

  test('ends after 5 ms, and lets others have theirs', () => {
    const { done } = crowd(10, 2);
    const perTurn = [1, 2, 3, 4].map(() => {
      const before = done();
      vi.advanceTimersToNextTimer();
      return done() - before;
    });
    expect(perTurn).toEqual([3, 3, 3, 1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does one piece of work at least, however long it takes', () => {
    const { done } = crowd(3, 1000);
    vi.advanceTimersToNextTimer();
    expect(done()).toBe(1);
  });

  test('does not take the rest along when work throws', () => {
    const turns = createTurns(() => 0);
    const done: number[] = [];
    turns.add(() => done.push(1));
    turns.add(() => expect.unreachable('bad work'));
    turns.add(() => done.push(2));
    expect(() => vi.advanceTimersToNextTimer()).toThrow('bad work');
    vi.advanceTimersToNextTimer();
    expect([done, vi.getTimerCount()]).toEqual([[1, 2], 0]);
    turns.add(() => done.push(3));
    vi.advanceTimersToNextTimer();
    expect(done).toEqual([1, 2, 3]);
  });
});
