import { InspectorError } from '../inspector-error.ts';

/** The value of a parameter that may be given once; `undefined` if it is not given. */
export function oneParameter(query: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = query.getAll(name);
  if (more.length === 0) return value;
  throw new InspectorError('bad-request', `the parameter ${name} is given more than once`);
}

/** Throws an {@link InspectorError} about a parameter that is none of these. */
export function refuseOthers(query: URLSearchParams, names: readonly string[]): void {
  for (const name of query.keys()) {
    if (names.includes(name)) continue;
    const known = names.length === 0 ? 'there are none here' : `known are ${names.join(', ')}`;
    throw new InspectorError('bad-request', `unknown parameter: ${known}`);
  }
}
