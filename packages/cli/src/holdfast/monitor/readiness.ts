import type { TunnelStatus } from '@holdfast/engine';
import { RequestError } from '@holdfast/http';
import { expectedTunnels, isHealthy } from '../status/health.ts';

/** A tunnel that keeps `/readyz` from saying yes. */
export interface Unready {
  readonly name: string;
  readonly state: TunnelStatus['state'];
  /** What went wrong last; absent if nothing did. */
  readonly failure?: string;
}

/** What `/readyz` answers. */
export interface Readiness {
  readonly isReady: boolean;
  readonly unready: readonly Unready[];
}

const QUESTIONS: ReadonlySet<string> = new Set(['name', 'tag']);

/**
 * Whether all that was asked for is healthy: the tunnels of each `name` and of each `tag`, or without both those that are enabled and
 * required. Throws a `RequestError` 404 if there is no such tunnel, and 400 for any other question.
 */
export function readinessOf(tunnels: readonly TunnelStatus[], query: URLSearchParams): Readiness {
  const unready = askedFor(tunnels, query)
    .filter((tunnel) => !isHealthy(tunnel))
    .map(({ name, state, failure }) => ({
      name,
      state,
      ...(failure === null ? {} : { failure: failure.class }),
    }));
  return { isReady: unready.length === 0, unready };
}

function askedFor(
  tunnels: readonly TunnelStatus[],
  query: URLSearchParams,
): readonly TunnelStatus[] {
  const unknown = [...query.keys()].find((key) => !QUESTIONS.has(key));
  if (unknown !== undefined) {
    throw new RequestError('bad-request', 'ask with ?name= or ?tag=, or without both', 400);
  }
  const [names, tags] = [query.getAll('name'), query.getAll('tag')];
  if (names.length + tags.length === 0) {
    return expectedTunnels(tunnels, false).filter(({ required }) => required);
  }
  const isMeant = (tunnel: TunnelStatus) =>
    names.includes(tunnel.name) || tunnel.tags.some((tag) => tags.includes(tag));
  const lacksName = names.some((name) => !tunnels.some((tunnel) => tunnel.name === name));
  const lacksTag = tags.some((tag) => !tunnels.some((tunnel) => tunnel.tags.includes(tag)));
  if (lacksName || lacksTag) {
    throw new RequestError('not-found', 'there is no such tunnel, or none with this tag', 404);
  }
  return tunnels.filter(isMeant);
}
