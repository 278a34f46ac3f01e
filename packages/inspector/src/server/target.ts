import type { IncomingMessage } from 'node:http';
import { InspectorError } from '../inspector-error.ts';

/** What a request is for. */
export interface Target {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Reads the first line of a request. */
export function readTarget({ method = '', url = '' }: IncomingMessage): Target {
  const at = url.indexOf('?');
  const path = at === -1 ? url : url.slice(0, at);
  return { method, path, query: new URLSearchParams(at === -1 ? '' : url.slice(at + 1)) };
}

/** A part of a path as it was meant; throws an {@link InspectorError} if it means nothing. */
export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new InspectorError('bad-request', 'the path holds a % that means nothing');
  }
}

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
    const known = names.length === 0 ? 'there are none here' : `there are ${names.join(', ')}`;
    throw new InspectorError('bad-request', `there is no such parameter: ${known}`);
  }
}
