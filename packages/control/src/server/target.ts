import type { IncomingMessage } from 'node:http';

/** What a request is for. */
export interface Target {
  readonly method: string;
  readonly path: string;
  /** What stands behind the question mark. */
  readonly query: string;
  /** Method and path, as routes are called. */
  readonly key: string;
}

/** Reads the first line of a request. */
export function readTarget({ method = '', url = '' }: IncomingMessage): Target {
  const at = url.indexOf('?');
  const path = at === -1 ? url : url.slice(0, at);
  return { method, path, query: at === -1 ? '' : url.slice(at + 1), key: `${method} ${path}` };
}
