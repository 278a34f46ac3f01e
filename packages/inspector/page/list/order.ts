import type { InspectorRow } from '../../src/api.ts';
import { STATES_BY_WEIGHT, weightOf } from './tone.ts';

/** By name, or what asks for attention first. */
export type Sort = 'name' | 'trouble';

/** Numbers in names count as numbers: `db2` stands before `db10`. */
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The names of the rows, in order. */
export function orderRows(rows: Iterable<InspectorRow>, sort: Sort): readonly string[] {
  const compare = sort === 'name' ? byName : byTrouble;
  return [...rows].sort(compare).map(({ name }) => name);
}

function byName(one: InspectorRow, other: InspectorRow): number {
  return collator.compare(one.name, other.name) || (one.name < other.name ? -1 : 1);
}

function byTrouble(one: InspectorRow, other: InspectorRow): number {
  return troubleOf(one) - troubleOf(other) || byName(one, other);
}

/** A probe that is out is no reason to move. */
function troubleOf({ state, needsAttention, isDegraded }: InspectorRow): number {
  if (needsAttention) return -2;
  const weight = weightOf(state === 'probing' ? 'healthy' : state);
  return isDegraded ? Math.min(weight, weightOf('connecting')) : weight;
}

/** Whether a row is what was searched for: each word in its name, host, state or failure. */
export function matches(row: InspectorRow, filter: string): boolean {
  const { name, host, state, failureClass, needsAttention, isDegraded } = row;
  const marks = `${needsAttention ? 'needs-attention' : ''} ${isDegraded ? 'degraded' : ''}`;
  const text = `${name} ${host} ${state} ${failureClass ?? ''} ${marks}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** How many rows are in each state, in the order of the states; the one that is searched for is there in any case. */
export function countStates(
  rows: Iterable<InspectorRow>,
  filter = '',
): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { state } of rows) counts.set(state, (counts.get(state) ?? 0) + 1);
  if (isStateOfTunnel(filter)) counts.set(filter, counts.get(filter) ?? 0);
  // With each probe one of them goes up and one down: what comes and goes has its place, at the end.
  if (counts.has('healthy')) counts.set('probing', counts.get('probing') ?? 0);
  return [...counts].sort(
    ([one], [other]) => placeOf(one) - placeOf(other) || (one < other ? -1 : 1),
  );
}

function isStateOfTunnel(word: string): boolean {
  return (STATES_BY_WEIGHT as readonly string[]).includes(word);
}

function placeOf(state: string): number {
  return state === 'probing' ? Infinity : weightOf(state);
}
