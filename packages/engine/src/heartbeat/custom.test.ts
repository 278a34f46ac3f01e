import type { HeartbeatEvent } from '@holdfast/machines';
import { EMPTY, firstValueFrom, NEVER, Observable, of, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCustomDriver, type CustomHeartbeat } from './custom.ts';

const ANSWERED: HeartbeatEvent = { type: 'heartbeat.answered' };

function ask(probe: CustomHeartbeat['probe'], timeoutMs?: number) {
  const driver = createCustomDriver({ probe });
  return firstValueFrom(driver.probe({ pid: 4711, timeoutMs }).pipe(toArray()));
}

function throwBug(): never {
  throw new Error('a bug');
}

function missed(reason: string) {
  return [{ type: 'heartbeat.missed', reason: `the heartbeat of its own: ${reason}` }];
}

describe('an answer is taken from', () => {
  test.each<[title: string, probe: CustomHeartbeat['probe']]>([
    ['a promise', () => Promise.resolve(ANSWERED)],
    ['an async function', async () => ANSWERED],
    ['an Observable', () => of(ANSWERED)],
    [
      'the first of two',
      () => of<HeartbeatEvent[]>(ANSWERED, { type: 'heartbeat.missed', reason: 'late' }),
    ],
  ])('%s', async (_, probe) => {
    expect(await ask(probe)).toEqual([ANSWERED]);
  });
});

describe('what is out of order is a missed probe:', () => {
  test.each<[title: string, probe: CustomHeartbeat['probe'], reason: string]>([
    ['a rejection', () => Promise.reject(new Error('refused')), 'refused'],
    ['something thrown', throwBug, 'a bug'],
    ['nothing at all', () => EMPTY, 'it ended without an answer'],
    ['no stream', () => undefined as never, "You provided 'undefined' where"],
  ])('%s', async (_, probe, reason) => {
    const answers = await ask(probe);
    expect(answers).toMatchObject([
      { type: 'heartbeat.missed', reason: expect.stringContaining(reason) },
    ]);
  });
});

describe('silence', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test.each([
    [undefined, 3000],
    [1200, 1200],
  ])('with a time of %s ms is a missed probe after %i ms', async (given, timeoutMs) => {
    let told: number | undefined;
    const answers = ask((target) => {
      told = target.timeoutMs;
      return NEVER;
    }, given);
    await vi.advanceTimersByTimeAsync(timeoutMs);
    expect(await answers).toEqual(missed(`no answer within ${timeoutMs} ms`));
    expect(told).toBe(timeoutMs);
  });

  test('ends with an unsubscribe, and nothing is left open', () => {
    let isOpen = false;
    const probe = () =>
      new Observable<HeartbeatEvent>(() => {
        isOpen = true;
        return () => void (isOpen = false);
      });
    const subscription = createCustomDriver({ probe }).probe({ pid: undefined }).subscribe();
    expect(isOpen).toBe(true);
    subscription.unsubscribe();
    expect(isOpen).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});
