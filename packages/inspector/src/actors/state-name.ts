import type { AnyMachineSnapshot, StateValue } from 'xstate';

function innermost(value: StateValue): readonly string[] {
  if (typeof value === 'string') return [value];
  return Object.entries(value).flatMap(([name, inner]) => {
    const names = inner === undefined ? [] : innermost(inner);
    return names.length === 0 ? [name] : names;
  });
}

/** The innermost active states, such as `green + wait`; of a machine that was ended from outside, or by an error, that. */
export function stateName({ status, value }: AnyMachineSnapshot): string {
  if (status === 'error' || status === 'stopped') return status;
  const names = innermost(value as StateValue);
  // A machine may have no states at all.
  return names.length === 0 ? status : names.join(' + ');
}
