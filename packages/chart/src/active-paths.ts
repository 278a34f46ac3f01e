import type { StateValue } from 'xstate';

/** What `activePaths` reads of a snapshot. */
interface WithValue {
  readonly value: StateValue;
}

/**
 * The paths of the active states, outermost first: `running`, then `running.healthy`.
 *
 * The root is active as long as the machine is, and is not among them. A persisted snapshot will do as well.
 */
export function activePaths(snapshot: WithValue): readonly string[] {
  const paths = pathsIn(snapshot.value, []);
  return paths.toSorted((one, other) => one.length - other.length).map((path) => path.join('.'));
}

function pathsIn(value: StateValue, outer: readonly string[]): readonly (readonly string[])[] {
  if (typeof value === 'string') return [[...outer, value]];
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = [...outer, name];
    return inner === undefined ? [path] : [path, ...pathsIn(inner, path)];
  });
}
