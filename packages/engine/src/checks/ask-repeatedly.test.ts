import { of, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { askRepeatedly$ } from './ask-repeatedly.ts';
import { passed, type CheckResult } from './check-result.ts';

const TIMES = { everyMs: 10, timeoutMs: 5 };
const VALUES: Record<string, CheckResult> = {
  y: passed,
  t: { ok: false, problem: 'no answer within 5 ms' },
  e: { ok: false, problem: 'No such thing' },
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
