import { tunnelMachine } from '@holdfast/machines';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { chartOf } from '../chart-of.ts';
import { faultsOf, overlap } from '../testing/geometry.ts';
import { randomMachine } from '../testing/random-machine.ts';
import { layOut } from './lay-out.ts';

describe('layOut', () => {
  test('gives each state of any machine a place in its parent, apart from its siblings, and each arrow a way', () => {
    fc.assert(
      fc.property(randomMachine, fc.constantFrom('full', 'brief'), (machine, detail) => {
        const chart = chartOf(machine);
        expect(faultsOf(chart, layOut(chart, { detail }))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test('lays out the tunnel machine without words upon states or upon other words', () => {
    const chart = chartOf(tunnelMachine);
    const layout = layOut(chart);
    expect(faultsOf(chart, layout)).toEqual([]);
    const labels = Object.values(layout.transitions).flatMap(({ label }) => label ?? []);
    const atoms = chart.states.filter(({ kind }) => kind === 'atomic' || kind === 'final');
    for (const [index, label] of labels.entries()) {
      for (const { path } of atoms) expect(overlap(label, layout.states[path]!), path).toBe(false);
      for (const other of labels.slice(index + 1)) expect(overlap(label, other)).toBe(false);
    }
  });

  test('draws several transitions between two states as one line, with their words one below the other', () => {
    const chart = chartOf(
      createMachine({
        initial: 'a',
        states: { a: { on: { go: 'b', leave: { target: 'b', guard: 'isLate' } } }, b: {} },
      }),
    );
    const { transitions } = layOut(chart);
    const [go, leave] = [transitions['a#go/0']!, transitions['a#leave/0']!];
    expect(go.points).toEqual(leave.points);
    expect(leave.label!.y).toBe(go.label!.y + go.label!.height);
  });

  test('is the same each time', () => {
    const chart = chartOf(tunnelMachine);
    expect(layOut(chart)).toEqual(layOut(chart));
  });
});
