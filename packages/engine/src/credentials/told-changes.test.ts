import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BLIND_WATCH, watchOn, type CredentialLook } from './told-changes.ts';

const MINUTE_MS = 60_000;

/** Which of the looks, one every 5 s, tells a change. */
function tellingLooks(looks: readonly CredentialLook[]): number[] {
  let watch = BLIND_WATCH;
  return looks.flatMap((look, index) => {
    watch = watchOn(watch, look, index * 5000);
    return watch.tells ? [index] : [];
  });
}

function look(agent: string | undefined, files: string | undefined = 'files'): CredentialLook {
  return { agent, files };
}

describe('looks at credentials tell', () => {
  test.each<[title: string, looks: CredentialLook[], telling: number[]]>([
    ['nothing about what is there at first', [look('a'), look('a'), look('a')], []],
    ['other keys of the agent', [look('a'), look('b'), look('b')], [1]],
    ['other files', [look('a', 'x'), look('a', 'y'), look('a', 'y')], [1]],
    ['once when both change', [look('a', 'x'), look('b', 'y'), look('b', 'y')], [1]],
    ['a change and its undoing', [look('a'), look('b'), look('a')], [1, 2]],
    ['nothing when one look saw nothing', [look('a'), look(undefined), look('a')], []],
    ['what changed behind a look that saw nothing', [look('a'), look(undefined), look('b')], [2]],
    ['nothing when the agent is seen for the first time', [look(undefined), look('a')], []],
    ['nothing when the files are seen for the first time', [look('a', undefined), look('a')], []],
  ])('%s', (_, looks, telling) => {
    expect(tellingLooks(looks)).toEqual(telling);
  });
});

test('a file that changes all the time is told ten times in ten minutes', () => {
  const looks = Array.from({ length: 241 }, (_, index) => look('a', String(index)));
  const telling = tellingLooks(looks);
  expect(telling).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...telling.slice(10)]);
  expect(telling.slice(10)).toEqual([121, 122, 123, 124, 125, 126, 127, 128, 129, 130]);
});

test('a change that finds no room is told when there is room again', () => {
  const looks = Array.from({ length: 200 }, (_, index) => look('a', String(Math.min(index, 12))));
  expect(tellingLooks(looks).slice(10)).toEqual([121]);
});

test('whatever is seen, no ten minutes hold more than ten changes, and nothing is told without one', () => {
  const anyLook = fc.record({
    agent: fc.constantFrom('a', 'b', undefined),
    files: fc.constantFrom('x', 'y', undefined),
  });
  fc.assert(
    fc.property(fc.array(anyLook, { maxLength: 400, size: 'max' }), (looks) => {
      const toldAtMs = tellingLooks(looks).map((index) => index * 5000);
      toldAtMs.slice(10).forEach((ms, index) => {
        expect(ms - toldAtMs[index]!).toBeGreaterThanOrEqual(10 * MINUTE_MS);
      });
      const isSame = new Set(looks.map((one) => `${one.agent} ${one.files}`)).size <= 1;
      if (isSame) expect(toldAtMs).toEqual([]);
    }),
  );
});
