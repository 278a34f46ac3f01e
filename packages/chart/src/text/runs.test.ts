import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineWidth, type Run, wrapRuns } from './runs.ts';
import { textWidth } from './text-width.ts';

const run: fc.Arbitrary<Run> = fc.record({
  kind: fc.constantFrom('trigger', 'guard', 'actions'),
  text: fc
    .array(fc.stringMatching(/^[a-z.]{1,14}$/), { minLength: 1, maxLength: 6 })
    .map((words) => words.join(' ')),
});

test('wrapped words are all there, in their order, and no line of several words is too wide', () => {
  fc.assert(
    fc.property(fc.array(run), fc.integer({ min: 20, max: 300 }), (runs, maxWidth) => {
      const lines = wrapRuns(runs, maxWidth);
      const words = (of: readonly Run[]) => of.map(({ text }) => text).join(' ');
      expect(words(lines.flat())).toBe(words(runs));
      for (const line of lines)
        if (words(line).includes(' ')) expect(lineWidth(line)).toBeLessThanOrEqual(maxWidth);
    }),
  );
});

test.each([
  ['', 0],
  ['Hold', 7.22 + 5.56 + 2.22 + 5.56],
  ['a b', 5.56 + 2.78 + 5.56],
  ['\u5c71', 10],
])('"%s" is as wide as in Helvetica', (text, width) => {
  expect(textWidth(text, { size: 10 })).toBeCloseTo(width);
  expect(textWidth(text, { size: 20, isBold: true })).toBeGreaterThanOrEqual(width * 2);
});
