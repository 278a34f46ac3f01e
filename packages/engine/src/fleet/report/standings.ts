import type { FleetEvent } from '../fleet-event.ts';
import { thisMoment, type Moment } from '../member/moment.ts';
import type { TunnelStatus } from './status.ts';

/** Since when connected tunnels stand as they do: degraded, healthy, suspect, or with checks that have not passed yet. */
export interface Standings {
  /** Looks again at the tunnel of an event that may have changed that. */
  hear(event: FleetEvent): void;
  /** `undefined` for a tunnel of which nothing was heard since it connected. */
  since(tunnel: string): Moment | undefined;
}

type Standing = Pick<TunnelStatus, 'isDegraded' | 'isHealthy' | 'suspect'>;

/** @param statusOf - how a tunnel is now; `undefined` if it is gone. */
export function createStandings(statusOf: (tunnel: string) => Standing | undefined): Standings {
  const standings = new Map<string, { readonly stands: string; readonly since: Moment }>();
  return {
    hear({ tunnel, fact }) {
      if (tunnel === null || !CHANGES.test(fact.type)) return;
      const status = statusOf(tunnel);
      if (status === undefined) return void standings.delete(tunnel);
      const stands = standing(status);
      if (standings.get(tunnel)?.stands === stands) return;
      standings.set(tunnel, { stands, since: thisMoment() });
    },
    since: (tunnel) => standings.get(tunnel)?.since,
  };
}

function standing({ isDegraded, isHealthy, suspect }: Standing) {
  if (isDegraded) return 'degraded';
  if (isHealthy) return 'healthy';
  return suspect === null ? 'checking' : 'suspect';
}

/** What is told when a check, a forward or the answers are not as they were. */
const CHANGES = /^(?:checks?|forwards?|suspicion|tunnel)\./;
