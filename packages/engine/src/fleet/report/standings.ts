import type { FleetEvent } from '../fleet-event.ts';
import { thisMoment, type Moment } from '../member/moment.ts';
import type { TunnelStatus } from './status.ts';

/** Since when connected tunnels stand as they do: degraded, healthy, or with checks that have not passed yet. */
export interface Standings {
  /** Looks again at the tunnel of an event that may have changed that. */
  hear(event: FleetEvent): void;
  /** `undefined` for a tunnel of which nothing was heard since it connected. */
  since(tunnel: string): Moment | undefined;
}

/** @param statusOf - how a tunnel is now; `undefined` if it is gone. */
export function createStandings(
  statusOf: (tunnel: string) => Pick<TunnelStatus, 'isDegraded' | 'isHealthy'> | undefined,
): Standings {
  const standings = new Map<string, { readonly stands: string; readonly since: Moment }>();
  return {
    hear({ tunnel, fact }) {
      if (tunnel === null || !CHANGES.test(fact.type)) return;
      const status = statusOf(tunnel);
      if (status === undefined) return void standings.delete(tunnel);
      const stands = status.isDegraded ? 'degraded' : status.isHealthy ? 'healthy' : 'checking';
      if (standings.get(tunnel)?.stands === stands) return;
      standings.set(tunnel, { stands, since: thisMoment() });
    },
    since: (tunnel) => standings.get(tunnel)?.since,
  };
}

/** What is told when a check or a forward is not as it was. */
const CHANGES = /^(?:checks?|forwards?|tunnel)\./;
