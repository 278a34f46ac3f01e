import { expect, test } from 'vitest';
import { hasMoved, type Movement } from './has-moved.ts';

const NOW = 100_000;
const SENT = 98_000;

/** A connection with much on its way, and when the next sending is due. */
function sending(inMs: number, intervalMs = 200, times = 0): Movement['connection'] {
  return { unacknowledged: 4096, resend: { inMs, intervalMs, times } };
}

const ALL_ACKNOWLEDGED = { unacknowledged: 0 };
/** The far end has no room, and is asked for it. */
const WINDOW_FULL = { unacknowledged: 50_000 };

test.each<[string, Movement['connection'], acknowledgementAtMs: number, dataAtMs: number, boolean]>(
  [
    ['a full upload moves', sending(190), NOW - 20, SENT - 5000, true],
    ['an upload stands still', sending(190, 800, 2), SENT - 10, SENT - 5000, false],
    ['a download moves', ALL_ACKNOWLEDGED, NOW - 20, NOW - 20, true],
    ['a download moves, and acknowledgements queue', sending(90), SENT - 1, NOW - 20, true],
    ['a frozen server has taken the probe in', ALL_ACKNOWLEDGED, SENT + 5, SENT - 5000, false],
    [
      'a frozen server takes in a stream',
      { ...sending(190), unacknowledged: 500 },
      NOW - 20,
      SENT - 5000,
      false,
    ],
    ['a frozen server takes nothing more', WINDOW_FULL, NOW - 20, SENT - 5000, false],
    ['nothing comes since the probe', sending(300, 400, 1), SENT - 9, SENT - 9, false],
  ],
)('%s', (_, connection, acknowledgementAtMs, dataAtMs, moves) => {
  const receipts = { acknowledgementAtMs, dataAtMs };
  expect(hasMoved({ connection, receipts, sinceMs: SENT, nowMs: NOW })).toBe(moves);
});

// As Linux 6.18 lists them 2 s after the probe; what was sent at the latest before the probe is sent again after 0.2, 0.6 and 1.4 s.
test.each<[string, Movement['connection'], boolean]>([
  ['acknowledged 20 ms ago', sending(184, 204), true],
  ['acknowledged 1 s ago, on a line that takes long', sending(1500, 2500), false],
  ['acknowledged 0.9 s ago, and sent again twice', sending(500, 800, 2), true],
  ['a probe that nobody acknowledged', sending(1000, 1600, 3), false],
  ['a probe, after a loss probe', sending(1250, 1600, 3), false],
  ['a probe on a line that takes long', sending(500, 2500), false],
  ['what was sent before the probe', sending(10, 1600, 3), false],
  ['all is acknowledged', ALL_ACKNOWLEDGED, false],
  ['a full window', WINDOW_FULL, false],
])('where only the timer tells: %s', (_, connection, moves) => {
  expect(hasMoved({ connection, receipts: undefined, sinceMs: SENT, nowMs: NOW })).toBe(moves);
});
