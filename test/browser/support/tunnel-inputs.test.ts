import { expect, it } from 'vitest';
import { TUNNEL_CHART } from './scripted-source.ts';
import { ACTIVE, INPUTS, type ScriptedInput } from './tunnel-inputs.ts';

const activeOf = ({ active = [] }: ScriptedInput) => active;

it('tells only of states and transitions that the machine has', () => {
  const paths = new Set(TUNNEL_CHART.states.map(({ path }) => path));
  const ids = new Set(TUNNEL_CHART.transitions.map(({ id }) => id));
  expect(
    [...Object.values(ACTIVE), ...Object.values(INPUTS).map(activeOf)]
      .flat()
      .filter((path) => !paths.has(path)),
  ).toEqual([]);
  const taken = Object.values(INPUTS).flatMap((input): readonly string[] => input.taken);
  expect(taken.filter((id) => !ids.has(id))).toEqual([]);
});
