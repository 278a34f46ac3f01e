import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NETWORK_TIMEOUT_MS, networkTimeoutMs, pollSecondsAfter, pollTimes } from './poll-times.ts';

test.each([
  [600, 15_000],
  [31, 15_000],
  [30, 15_000],
  [29, 14_500],
  [10, 5000],
  [5, 2500],
  [1, 500],
])('a poll time of %i s makes a network time-out of %i ms', (pollSeconds, ms) => {
  expect(networkTimeoutMs(pollSeconds)).toBe(ms);
});

test.each([
  // [poll, first poll, lifetime] and [poll, first poll, network time-out in ms]
  [
    [600, 600, 0],
    [600, 600, 15_000],
  ],
  [
    [600, 30, 0],
    [600, 30, 15_000],
  ],
  [
    [10, 600, 0],
    [10, 600, 5000],
  ],
  [
    [600, 600, 20],
    [20, 20, 10_000],
  ],
  [
    [600, 5, 20],
    [20, 5, 10_000],
  ],
  [
    [600, 600, 600],
    [600, 600, 15_000],
  ],
  [
    [600, 600, 601],
    [600, 600, 15_000],
  ],
  [
    [1, 1, 1],
    [1, 1, 500],
  ],
] as const)('%j become %j', ([pollSeconds, firstPollSeconds, lifetimeSeconds], expected) => {
  const times = pollTimes({ pollSeconds, firstPollSeconds, lifetimeSeconds });
  expect([times.pollSeconds, times.firstPollSeconds, times.networkTimeoutMs]).toEqual(expected);
});

const seconds = fc.integer({ min: 1, max: 1_000_000 });

test('the network time-out is at most 15 s, and at most half the poll time', () => {
  fc.assert(
    fc.property(seconds, (pollSeconds) => {
      const ms = networkTimeoutMs(pollSeconds);
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThanOrEqual(NETWORK_TIMEOUT_MS);
      expect(ms * 2).toBeLessThanOrEqual(pollSeconds * 1000);
      expect(networkTimeoutMs(pollSeconds + 1)).toBeGreaterThanOrEqual(ms);
    }),
  );
});

test('the first poll time does not change the network time-out', () => {
  fc.assert(
    fc.property(seconds, seconds, fc.nat(), (pollSeconds, firstPollSeconds, lifetimeSeconds) => {
      const times = pollTimes({ pollSeconds, firstPollSeconds, lifetimeSeconds });
      expect(times.networkTimeoutMs).toBe(networkTimeoutMs(times.pollSeconds));
    }),
  );
});

test('no poll time is longer than the lifetime, and none grows', () => {
  fc.assert(
    fc.property(seconds, seconds, fc.nat(2000), (pollSeconds, firstPollSeconds, lifetime) => {
      const times = pollTimes({ pollSeconds, firstPollSeconds, lifetimeSeconds: lifetime });
      const longest = lifetime === 0 ? Infinity : lifetime;
      expect(times.pollSeconds).toBe(Math.min(pollSeconds, longest));
      expect(times.firstPollSeconds).toBe(Math.min(firstPollSeconds, longest));
    }),
  );
});

test.each([
  [null, 600, 600],
  [null, 1, 1],
  ['no descriptor', 600, 5],
  ['no descriptor', 5, 5],
  ['no descriptor', 1, 1],
])(
  'after a probe that did not leave (%s), and every %i s, the next is due in %i s',
  (unsent, usual, due) => {
    expect(pollSecondsAfter(unsent, usual)).toBe(due);
  },
);
