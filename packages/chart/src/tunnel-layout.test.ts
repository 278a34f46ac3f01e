import { readFileSync } from 'node:fs';
import { tunnelMachine } from '@holdfast/machines';
import { describe, expect, test } from 'vitest';
import { placeWithElk } from '../scripts/elk-layout.mjs';
import { tunnelLayoutText } from '../scripts/tunnel-layout-text.mjs';
import { chartOf } from './chart-of.ts';
import type { Box, Point } from './layout.ts';
import { faultsOf, overlap } from './testing/geometry.ts';
import { tunnelLayouts } from './testing/tunnel-layouts.ts';
import { tunnelLayout, tunnelLayoutBrief } from './tunnel-layout.ts';

const SOURCE = new URL('./tunnel-layout.ts', import.meta.url);
const chart = chartOf(tunnelMachine);

test('tunnel-layout.ts is the one of the machine (if not: pnpm run docs)', async () => {
  const anew = tunnelLayoutText(await tunnelLayouts(placeWithElk));
  expect(readFileSync(SOURCE, 'utf8')).toBe(anew);
});

describe.each([
  ['tunnelLayout', tunnelLayout],
  ['tunnelLayoutBrief', tunnelLayoutBrief],
])('%s', (_, layout) => {
  test('has each state in its parent, apart from its siblings, and each arrow', () => {
    expect(faultsOf(chart, layout)).toEqual([]);
  });

  test('has no words upon states or upon other words', () => {
    const labels = Object.values(layout.transitions).flatMap(({ label }) => label ?? []);
    const atoms = chart.states.filter(({ kind }) => kind === 'atomic' || kind === 'final');
    expect(labels.length).toBeGreaterThan(60);
    for (const [index, label] of labels.entries()) {
      for (const { path } of atoms) expect(overlap(label, layout.states[path]!), path).toBe(false);
      for (const other of labels.slice(index + 1)) expect(overlap(label, other)).toBe(false);
    }
  });

  test('leads no line through a state that has none in it, nor below words of another', () => {
    const atoms = chart.states.filter(({ kind }) => kind === 'atomic' || kind === 'final');
    const routes = Object.entries(layout.transitions);
    for (const [id, { points }] of routes) {
      const others = routes.filter(([, other]) => !isSameLine(other.points, points));
      const boxes = [
        ...atoms.map(({ path }) => layout.states[path]!),
        ...others.flatMap(([, { label }]) => label ?? []),
      ];
      for (const part of partsOf(points))
        for (const box of boxes)
          expect(overlap(part, box), `${id} below ${box.x},${box.y}`).toBe(false);
    }
  });

  test('leads each line up, down or across, and comes to each arrow head straight', () => {
    for (const [id, { points }] of Object.entries(layout.transitions)) {
      for (const { width, height } of partsOf(points)) expect(Math.min(width, height), id).toBe(0);
      const { width, height } = partsOf(points).at(-1)!;
      expect(Math.max(width, height), id).toBeGreaterThanOrEqual(8);
    }
  });

  test('is about as wide as it is high, and fits a page', () => {
    expect(layout.width / layout.height).toBeGreaterThanOrEqual(1);
    expect(layout.width / layout.height).toBeLessThanOrEqual(4 / 3);
    expect(layout.width).toBeLessThanOrEqual(2600);
  });
});

function isSameLine(one: readonly Point[], other: readonly Point[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The straight parts of a line. */
function partsOf(points: readonly Point[]): readonly Box[] {
  return points.slice(1).map((point, index) => {
    const before = points[index]!;
    const [x, y] = [Math.min(point.x, before.x), Math.min(point.y, before.y)];
    return { x, y, width: Math.abs(point.x - before.x), height: Math.abs(point.y - before.y) };
  });
}
