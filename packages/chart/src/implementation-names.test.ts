import { expect, test } from 'vitest';
import { and, not, or, stateIn } from 'xstate';
import { guardName } from './implementation-names.ts';

function isLate(): boolean {
  return true;
}

const GUARDS: readonly (readonly [unknown, string])[] = [
  ['isOld', 'isOld'],
  [{ type: 'isOld', params: { than: 3 } }, 'isOld'],
  [isLate, 'isLate'],
  [() => true, 'inline'],
  [not('isOld'), 'not isOld'],
  [not(and(['isOld', 'isBig'])), 'not (isOld and isBig)'],
  [or(['isOld', isLate, not('isBig')]), 'isOld or isLate or not isBig'],
  [and([]), ''],
  [stateIn({ running: 'healthy' }), 'in running.healthy'],
  [stateIn('#all'), 'in #all'],
];

test.each(GUARDS)('the name of %s is "%s"', (guard, name) => {
  expect(guardName(guard)).toBe(name);
});

test('a bundler may rename the functions that XState makes', () => {
  for (const [guard, name] of GUARDS.slice(4)) {
    Object.defineProperty(guard, 'name', { value: 'e' });
    expect(guardName(guard)).toBe(name);
  }
});
