import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readPlace, writePlace } from './place.ts';

it('reads what it wrote, for any name and moment', () => {
  const place = fc.record({
    tunnel: fc.string({ minLength: 1 }).filter((name) => !/[\ud800-\udfff]/u.test(name)),
    atMs: fc.option(fc.integer({ min: 0, max: 4e12 })),
  });
  fc.assert(
    fc.property(place, (any) => {
      expect(readPlace(writePlace(any))).toEqual(any);
    }),
  );
});

it.each([
  ['', null, null],
  ['#', null, null],
  ['#tunnel=', null, null],
  ['#tunnel=db', 'db', null],
  ['#tunnel=db&at=yesterday', 'db', null],
  ['#tunnel=db&at=2026-03-01T03:12:07.000Z', 'db', Date.UTC(2026, 2, 1, 3, 12, 7)],
])('reads %s', (fragment, tunnel, atMs) => {
  expect(readPlace(fragment)).toEqual({ tunnel, atMs });
});
