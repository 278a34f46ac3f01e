import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packageText } from '../testing/package-frames.ts';
import { plainData } from './plain-data.ts';

/** What JSON knows, and what it does not. */
const oddValue = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withBoxedValues: true,
  withNullPrototype: true,
  withObjectString: true,
  maxDepth: 4,
});

/** Theirs is no JSON for a typed array that holds Infinity or NaN. */
function readableJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

test('any value becomes what the serialiser of @statelyai/inspect makes of it, at any depth', () => {
  fc.assert(
    fc.property(oddValue, fc.integer({ min: 1, max: 5 }), (value, depthLimit) => {
      const theirs = packageText({ value }, depthLimit);
      const ours = JSON.stringify(plainData({ value }, { depthLimit, namesFunctions: false }));
      expect(JSON.parse(ours)).toEqual(readableJson(theirs) ?? expect.anything());
    }),
  );
});

test('what throws when it is read is told as unreadable, and nothing else is lost', () => {
  const value = {
    get broken(): never {
      throw new Error('no');
    },
    whole: {
      toJSON: () => {
        throw new Error('no');
      },
    },
    fine: 1,
  };
  expect(plainData(value, { depthLimit: 9, namesFunctions: true })).toEqual({
    broken: '[Unreadable]',
    whole: '[Unreadable]',
    fine: 1,
  });
});
