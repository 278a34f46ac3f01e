import fc from 'fast-check';
import { expect, it } from 'vitest';
import { betweenViews, centreView, fitView, panView, viewBoxOf, zoomView } from './view.ts';

const size = fc.record({
  width: fc.integer({ min: 100, max: 3000 }),
  height: fc.integer({ min: 100, max: 3000 }),
});
const view = fc.record({
  x: fc.integer({ min: -500, max: 500 }),
  y: fc.integer({ min: -500, max: 500 }),
  scale: fc.double({ min: 0.2, max: 2.5, noNaN: true }),
});

it('fits all of a chart into the screen', () => {
  fc.assert(
    fc.property(size, fc.constant({ width: 800, height: 600 }), (chart, screen) => {
      const { x, y, scale } = fitView(chart, screen);
      fc.pre(scale > 0.15);
      expect(x).toBeLessThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(0);
      expect(x + screen.width / scale).toBeGreaterThanOrEqual(chart.width);
      expect(y + screen.height / scale).toBeGreaterThanOrEqual(chart.height);
    }),
  );
});

it('keeps the point under the pointer where it is while zooming', () => {
  fc.assert(
    fc.property(view, fc.double({ min: 0.5, max: 2, noNaN: true }), (before, factor) => {
      const around = { x: 120, y: 80 };
      const after = zoomView(before, factor, around);
      expect(after.x + around.x / after.scale).toBeCloseTo(before.x + around.x / before.scale, 6);
      expect(after.y + around.y / after.scale).toBeCloseTo(before.y + around.y / before.scale, 6);
    }),
  );
});

it('never loses the chart, however far it is moved', () => {
  fc.assert(
    fc.property(view, size, fc.integer({ min: -9000, max: 9000 }), (before, chart, by) => {
      const screen = { width: 400, height: 300 };
      const { x, y, scale } = panView(before, { x: by, y: -by }, chart, screen);
      expect(x).toBeLessThan(chart.width);
      expect(y).toBeLessThan(chart.height);
      expect(x + screen.width / scale).toBeGreaterThan(0);
      expect(y + screen.height / scale).toBeGreaterThan(0);
    }),
  );
});

it('puts a state in the middle, but shows no more of what is beyond the chart than needs be', () => {
  const chart = { width: 1000, height: 1000 };
  const screen = { width: 200, height: 100 };
  const box = { x: 480, y: 490, width: 40, height: 20 };
  expect(centreView(box, 1, chart, screen)).toEqual({ scale: 1, x: 400, y: 450 });
  expect(centreView({ ...box, x: 0, y: 980 }, 1, chart, screen)).toEqual({
    scale: 1,
    x: 0,
    y: 900,
  });
});

it('goes from one view to another', () => {
  const from = { x: 0, y: 0, scale: 1 };
  const to = { x: 10, y: 20, scale: 2 };
  expect(betweenViews(from, to, 0)).toEqual(from);
  expect(betweenViews(from, to, 1)).toEqual(to);
  expect(viewBoxOf(to, { width: 100, height: 50 })).toBe('10.00 20.00 50.00 25.00');
});
