import type { ServerResponse } from 'node:http';
import type { Target } from '@holdfast/http';
import { InspectorError } from '../inspector-error.ts';
import type { InspectorRoute, InspectorRoutes } from './routes.ts';

/** A route, and what stands in the path for its words in capitals. */
export interface FoundRoute {
  readonly route: InspectorRoute;
  readonly words: readonly string[];
}

/** The route of a request; throws an {@link InspectorError} if there is none. */
export function findRoute(
  routes: InspectorRoutes,
  { method, path }: Target,
  outgoing: ServerResponse,
): FoundRoute {
  const parts = path.split('/');
  const methods: string[] = [];
  for (const [key, route] of Object.entries(routes)) {
    const [routeMethod = '', pattern = ''] = key.split(' ');
    const words = matchParts(pattern.split('/'), parts);
    if (words === undefined) continue;
    if (routeMethod === method) return { route, words: words.map(decodePart) };
    methods.push(routeMethod);
  }
  throw notThere(methods, outgoing);
}

/** The error about a path that is not there, or not with this method. */
export function notThere(methods: readonly string[], outgoing: ServerResponse): InspectorError {
  if (methods.length === 0) return new InspectorError('not-found', 'nothing is at this address');
  outgoing.setHeader('allow', methods.join(', '));
  return new InspectorError('not-found', `use ${methods.join(' or ')} for this`, 405);
}

function matchParts(
  pattern: readonly string[],
  parts: readonly string[],
): readonly string[] | undefined {
  if (pattern.length !== parts.length) return undefined;
  const isFree = (index: number) => /^[A-Z]+$/.test(pattern[index]!);
  const matches = parts.every((part, index) =>
    isFree(index) ? part !== '' : part === pattern[index],
  );
  return matches ? parts.filter((_, index) => isFree(index)) : undefined;
}

/** A part of a path as it was meant; throws an {@link InspectorError} if it means nothing. */
function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new InspectorError('bad-request', 'the path holds an invalid % sequence');
  }
}
