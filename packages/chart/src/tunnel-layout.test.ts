import { readFileSync } from 'node:fs';
import { tunnelMachine } from '@holdfast/machines';
import { describe, expect, test } from 'vitest';
import { placeWithElk } from '../scripts/elk-layout.mjs';
import { tunnelLayoutText } from '../scripts/tunnel-layout-text.mjs';
import { chartOf } from './chart-of.ts';
import { faultsOf, overlap } from './testing/geometry.ts';
import { tunnelLayouts } from './testing/tunnel-layouts.ts';
import { tunnelLayout, tunnelLayoutBrief } from './tunnel-layout.ts';

const SOURCE = new URL('./tunnel-layout.ts', import.meta.url);
const chart = chartOf(tunnelMachine);

test('tunnel-layout.ts is the one of the machine (if not: pnpm run docs)', async () => {
  const anew = tunnelLayoutText(await tunnelLayouts(placeWithElk));
  expect(readFileSync(SOURCE, 'utf8')).toBe(anew);
}, 60_000);

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
    expect(labels.length).toBeGreaterThan(40);
    for (const [index, label] of labels.entries()) {
      for (const { path } of atoms) expect(overlap(label, layout.states[path]!), path).toBe(false);
      for (const other of labels.slice(index + 1)) expect(overlap(label, other)).toBe(false);
    }
  });

  test('leads no line through a state that has none in it', () => {
    const atoms = chart.states.filter(({ kind }) => kind === 'atomic' || kind === 'final');
    for (const { path } of atoms) {
      const box = layout.states[path]!;
      for (const [id, { points }] of Object.entries(layout.transitions))
        for (const [index, point] of points.slice(1).entries()) {
          const before = points[index]!;
          const [x, y] = [Math.min(point.x, before.x), Math.min(point.y, before.y)];
          const width = Math.abs(point.x - before.x);
          const height = Math.abs(point.y - before.y);
          expect(overlap({ x, y, width, height }, box), `${id} through ${path}`).toBe(false);
        }
    }
  });
});
