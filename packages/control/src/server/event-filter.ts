import type { Fleet, FleetEvent } from '@holdfast/engine';
import { selectNames } from '@holdfast/engine/parts';
import { EVENT_LEVELS, type EventsQuery } from './request-schemas.ts';
import { selectTunnels } from './select-tunnels.ts';

/** Whether an event is wanted. */
export type EventFilter = (event: FleetEvent) => boolean;

const LIST_CHANGES: readonly string[] = ['tunnel.added', 'tunnel.changed'];

/**
 * The filter that a query asks for.
 *
 * Events of the whole fleet always pass. Tunnels that come later, or get a tag later, join if the patterns mean them; none
 * leaves. Throws an ApiError for a pattern that means no tunnel now.
 */
export function createEventFilter({ name, level }: EventsQuery, fleet: Fleet): EventFilter {
  const least = EVENT_LEVELS.indexOf(level);
  const isLoud = (event: FleetEvent) => EVENT_LEVELS.indexOf(event.level) >= least;
  if (name.length === 0) return isLoud;
  const wanted = new Set(selectTunnels(name, fleet.status().tunnels));
  return (event) => {
    if (LIST_CHANGES.includes(event.fact.type)) {
      for (const joined of selectNames(name, fleet.status().tunnels).names ?? [])
        wanted.add(joined);
    }
    return isLoud(event) && (event.tunnel === null || wanted.has(event.tunnel));
  };
}
