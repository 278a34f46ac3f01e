import { tunnelMachine } from '@holdfast/machines';
import { expect, test } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { activePaths } from './active-paths.ts';

test('the active states of a snapshot, outermost first', () => {
  expect(activePaths({ value: { running: { unproven: 'gating' } } })).toEqual([
    'running',
    'running.unproven',
    'running.unproven.gating',
  ]);
  expect(activePaths(createActor(tunnelMachine, { input: {} }).getSnapshot())).toContain('running');
});

test('the active states of all regions, those of one depth in the order of the machine', () => {
  const machine = createMachine({
    type: 'parallel',
    states: {
      left: { initial: 'a', states: { a: {} } },
      right: { initial: 'b', states: { b: { initial: 'c', states: { c: {} } } } },
    },
  });
  const paths = ['left', 'right', 'left.a', 'right.b', 'right.b.c'];
  const actor = createActor(machine);
  expect(activePaths(actor.getSnapshot())).toEqual(paths);
  expect(activePaths(actor.getPersistedSnapshot() as never)).toEqual(paths);
});

test('no state but the root, if a machine has no others', () => {
  expect(activePaths(createActor(createMachine({})).getSnapshot())).toEqual([]);
});
