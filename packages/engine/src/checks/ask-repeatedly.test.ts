import { of, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { askRepeatedly$, pauseMs } from './check-results.ts';
import { passed, type CheckResult } from './check-result.ts';

const TIMES = { everyMs: 10, timeoutMs: 5 };
const VALUES: Record<string, CheckResult> = {
  y: passed,
  t: { ok: false, problem: 'no answer within 5 ms' },
  e: { ok: false, problem: 'No such thing' },
  f: { ok: false, problem: 'refused' },
};

function run(play: (helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0]) => void): void {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(play);
}

test('is asked at once, and again some time after each answer', () => {
  run(({ cold, expectObservable }) => {
    const answer$ = askRepeatedly$(() => cold('--y', VALUES), TIMES);
    expectObservable(answer$, '^ 29ms !').toBe('--y 11ms y 11ms y', VALUES);
  });
});

test('what is not answered in time has failed, and is given up', () => {
  run(({ cold, expectObservable, expectSubscriptions }) => {
    const late$ = cold('------y', VALUES);
    expectObservable(
      askRepeatedly$(() => late$, TIMES),
      '^ 12ms !',
    ).toBe('-----t', VALUES);
    expectSubscriptions(late$.subscriptions).toBe('^----!');
  });
});

test('a question that cannot be put has failed', () => {
  run(({ expectObservable }) => {
    const error$ = throwError(() => new Error('No such thing'));
    expectObservable(
      askRepeatedly$(() => error$, TIMES),
      '^ 4ms !',
    ).toBe('e', VALUES);
    const thrown$ = askRepeatedly$(() => {
      throw new Error('No such thing');
    }, TIMES);
    expectObservable(thrown$, '^ 4ms !').toBe('e', VALUES);
  });
});

test('what fails is asked again soon, then later and later, and at its interval once it passes', () => {
  run(({ expectObservable }) => {
    const answers = ['f', 'f', 'f', 'y', 'f', 'f'];
    const answer$ = askRepeatedly$(() => of(VALUES[answers.shift()!]!), {
      everyMs: 60_000,
      timeoutMs: 5,
    });
    expectObservable(answer$, '^ 69s !').toBe(
      'f 999ms f 1999ms f 3999ms y 59999ms f 999ms f',
      VALUES,
    );
  });
});

test.each([
  [0, 60_000, 60_000],
  [1, 60_000, 1000],
  [2, 60_000, 2000],
  [6, 60_000, 32_000],
  [7, 60_000, 60_000],
  [2000, 60_000, 60_000],
  [1, 50, 50],
])('after %i failures in a row a check of every %i ms waits %i ms', (failures, everyMs, pause) => {
  expect(pauseMs(failures, everyMs)).toBe(pause);
});

test('only the first answer of a question counts', () => {
  run(({ expectObservable }) => {
    const answer$ = askRepeatedly$(() => of(passed, passed), TIMES);
    expectObservable(answer$, '^ 9ms !').toBe('y', VALUES);
  });
});

test('unsubscribing gives up the question', () => {
  run(({ cold, expectObservable, expectSubscriptions }) => {
    const silent$ = cold('-', VALUES);
    expectObservable(
      askRepeatedly$(() => silent$, TIMES),
      '^--!',
    ).toBe('-');
    expectSubscriptions(silent$.subscriptions).toBe('^--!');
  });
});
