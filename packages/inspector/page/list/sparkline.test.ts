import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sparkPoints } from './sparkline.tsx';

const size = { width: 60, height: 16, most: 5 };

it('puts the latest answer at the right edge', () => {
  expect(sparkPoints([1, 2], size)).toBe('45.0,8.0 60.0,0.0');
});

it('shows the latest only, and nothing for no answers', () => {
  expect(sparkPoints([9, 1, 1, 1, 1, 1], size).split(' ')).toHaveLength(5);
  expect(sparkPoints([], size)).toBe('');
});

it('stays inside its box for any answers', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })), (values) => {
      for (const point of sparkPoints(values, size).split(' ').filter(Boolean)) {
        const [x = -1, y = -1] = point.split(',').map(Number);
        expect(x >= 0 && x <= size.width && y >= 0 && y <= size.height).toBe(true);
      }
    }),
  );
});
