import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CALM_MS,
  fold,
  isOwed,
  isTellingTime,
  LONGEST_CALM_MS,
  NOTHING_SAID,
  paid,
  sameText,
  type Repetition,
  type Saying,
} from './repetition.ts';

const down: Saying = { key: 'refused', standing: 'down' };
const up: Saying = { key: 'healthy', standing: 'up' };

/** Says these things one after the other, a second apart; the numbers of those that are told. */
function tell(sayings: readonly Saying[], stepMs = 1000) {
  let repetition: Repetition = NOTHING_SAID;
  const told = sayings.flatMap((saying, index) => {
    const folded = fold(repetition, saying, index * stepMs);
    repetition = folded.repetition;
    return folded.isTold ? [`${saying.key} ${folded.times}`] : [];
  });
  return { told, repetition };
}

const times = (count: number, saying: Saying) => Array.from({ length: count }, () => saying);

test.each([
  [1, true],
  [2, true],
  [3, false],
  [4, true],
  [5, false],
  [6, false],
  [1023, false],
  [1024, true],
  [604_800, false],
])('the %ith time is told: %s', (count, isTold) => {
  expect(isTellingTime(count)).toBe(isTold);
});

test.each([
  ['db port 22 refused', 'db port # refused'],
  ['the next start is due in 3.2 s', 'the next start is due in # s'],
  ['10.0.0.7 at 12:30:01', '# at #'],
])('%s is the same as %s', (text, same) => {
  expect(sameText(text)).toBe(same);
});

describe('what is said over and over', () => {
  test('is told at doubling intervals', () => {
    const { told } = tell(times(20, down));
    expect(told).toEqual(['refused 1', 'refused 2', 'refused 4', 'refused 8', 'refused 16']);
  });

  test('is counted for itself, also when two things take turns', () => {
    const other: Saying = { key: 'timed out', standing: 'down' };
    const { told } = tell(times(5, down).flatMap((one) => [one, other]));
    expect(told.filter((one) => one.startsWith('timed'))).toEqual([
      'timed out 1',
      'timed out 2',
      'timed out 4',
    ]);
  });

  test('is told anew after a minute of health, and after an order', () => {
    let { repetition } = tell([...times(3, down), up]);
    const upAtMs = 3000;
    expect(fold(repetition, down, upAtMs + CALM_MS - 1)).toMatchObject({ times: 4 });
    expect(fold(repetition, down, upAtMs + CALM_MS)).toMatchObject({ times: 1, isTold: true });
    ({ repetition } = tell(times(3, down)));
    const order = fold(repetition, { key: 'told to stop', standing: null, isNewStory: true }, 4000);
    expect(order).toMatchObject({ times: 1, isTold: true });
    expect(fold(order.repetition, down, 5000)).toMatchObject({ times: 1, isTold: true });
  });

  test('is one story although a minute of health lies between, and another after an hour of it', () => {
    const told: string[] = [];
    let repetition: Repetition = NOTHING_SAID;
    let nowMs = 0;
    const say = (saying: Saying) => {
      const folded = fold(repetition, saying, nowMs);
      repetition = folded.repetition;
      if (folded.isTold && saying === down) told.push(`${nowMs / 1000} s: ${folded.times}`);
    };
    for (; nowMs < 90_000 * 9; nowMs += 90_000) {
      say(down);
      say(up);
    }
    // The first story is the one before the line was up for the first time.
    expect(told).toEqual(['0 s: 1', '90 s: 1', '180 s: 2', '360 s: 4', '720 s: 8']);
    nowMs += LONGEST_CALM_MS;
    say(down);
    expect(told.at(-1)).toBe(`${nowMs / 1000} s: 1`);
    expect(repetition.calmMs).toBe(CALM_MS);
  });

  test('that is worded anew each time does not get round the rule', () => {
    const sayings = Array.from({ length: 5000 }, (_, n) => ({ ...down, key: `refused ${n}` }));
    expect(tell(sayings).told.length).toBeLessThan(50);
  });
});

test('that the tunnel is otherwise than was told is owed until it is told', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(up, down), { minLength: 1, maxLength: 200 }),
      (sayings) => {
        const { repetition } = tell(sayings, 100);
        expect(repetition.is).toBe(sayings.at(-1)!.standing);
        expect(isOwed(repetition)).toBe(repetition.told !== repetition.is);
        expect(isOwed(paid(repetition))).toBe(false);
      },
    ),
  );
});
