import { tunnelMachine } from '@holdfast/machines';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assign, createMachine, fromPromise, not, type AnyStateMachine } from 'xstate';
import { chartOf } from './chart-of.ts';
import { configOf } from './config-of.ts';
import { randomMachine } from './testing/random-machine.ts';

/** The chart of the machine that the JSON of this one makes. */
function throughJson(machine: AnyStateMachine) {
  return chartOf(createMachine(JSON.parse(JSON.stringify(configOf(machine))) as object));
}

test('the JSON of the tunnel machine makes a machine of the same chart', () => {
  const chart = chartOf(tunnelMachine);
  expect(throughJson(tunnelMachine)).toEqual(chart);
});

test('the JSON of any machine makes a machine of the same chart', () => {
  fc.assert(
    fc.property(randomMachine, (machine) => {
      expect(throughJson(machine)).toEqual(chartOf(machine));
    }),
  );
});

test('functions become names, parameters that are data stay, what is computed is left out', () => {
  const machine = createMachine({
    id: 'm',
    context: () => ({ n: 1 }),
    entry: assign({ n: 2 }),
    invoke: {
      src: fromPromise(async () => 1),
      input: () => 4,
      onDone: { actions: { type: 'keep', params: { times: 2 } } },
    },
    on: { go: { guard: not('isLate'), actions: { type: 'say', params: () => ({}) } } },
  });
  expect(configOf(machine)).toEqual({
    id: 'm',
    entry: [{ type: 'assign' }],
    invoke: [{ src: 'inline', onDone: { actions: [{ type: 'keep', params: { times: 2 } }] } }],
    on: { go: { guard: { type: 'not isLate' }, actions: [{ type: 'say' }] } },
  });
});
