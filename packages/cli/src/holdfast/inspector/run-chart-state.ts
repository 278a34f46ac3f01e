import type { Chart, ChartState } from '@holdfast/chart';
import { TUNNEL_STATES } from '@holdfast/machines';
import { chart as chartCommand } from '../commands/chart.ts';
import { nearestWord } from '../words/nearest-word.ts';
import { usageError } from '../words/parse-words.ts';

/**
 * The path of the state that is called so: by its path, or by its name alone.
 *
 * Throws a `CommandError` `usage` that names the nearest, and the states of a tunnel.
 */
export function statePath({ states }: Chart, word: string): string {
  const known = states.filter(({ parent }) => parent !== null);
  const found = known.find(({ path }) => path === word) ?? known.find(({ name }) => name === word);
  if (found !== undefined) return found.path;
  const nearest = nearestWord(word, [...TUNNEL_STATES, ...known.flatMap(namesOf)]);
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  const problem = `"${word}" is no state; there are ${TUNNEL_STATES.join(', ')}`;
  throw usageError(chartCommand, `${problem}${hint}`);
}

function namesOf({ name, path }: ChartState): readonly string[] {
  return [name, path];
}

/** The states that are active if one is: those around it, and itself. */
export function lineageOf(path: string): readonly string[] {
  const names = path.split('.');
  return names.map((_, index) => names.slice(0, index + 1).join('.'));
}

/** A state, or, of one with states in it, all of them. */
export function leavesOf({ states }: Chart, path: string): readonly string[] {
  const within = states.filter((state) => `${state.path}.`.startsWith(`${path}.`));
  return within.map((state) => state.path);
}
