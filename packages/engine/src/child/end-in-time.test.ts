import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { endInTime } from './end-in-time.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const GRACES = { termGraceMs: 1000, killGraceMs: 500 };

/** Those that are gone after so many looks. */
function ending(looks: number) {
  const signals: string[] = [];
  let looked = 0;
  return {
    signals,
    signal: (name: string) => void signals.push(name),
    isLeft: () => (looked += 1) <= looks,
  };
}

test.each<[string, number, boolean, string[]]>([
  ['at once', 0, true, ['SIGTERM', 'SIGCONT']],
  ['in time', 50, true, ['SIGTERM', 'SIGCONT']],
  ['only by SIGKILL', 51, true, ['SIGTERM', 'SIGCONT', 'SIGKILL']],
  ['never', Infinity, false, ['SIGTERM', 'SIGCONT', 'SIGKILL']],
])('those that end %s', async (_, looks, haveEnded, signals) => {
  const all = ending(looks);
  const result = endInTime(all, GRACES);
  await vi.advanceTimersByTimeAsync(2000);
  expect([await result, all.signals]).toEqual([haveEnded, signals]);
});
