import type { ServerResponse } from 'node:http';
import type { Fleet, FleetEvent } from '@holdfast/engine';
import { ALIVE_FRAME, beginEvents, eventFrame, writeFrame } from '@holdfast/http';
import type { Observable } from 'rxjs';
import { selectNames } from '@holdfast/engine/parts';
import type { ControlLimits } from './control-limits.ts';
import { EVENT_LEVELS, type EventsQuery } from './request-schemas.ts';
import { selectTunnels } from './select-tunnels.ts';

/** What a reader of events wants. */
export interface EventWish {
  readonly accepts: EventFilter;
  /** First the kept events that came after this one. `undefined`: only what is to come. */
  readonly since: number | undefined;
}

/** Hands the events of a fleet to all who read them. */
export interface EventHub {
  /** Whether another reader may come. */
  hasRoom(): boolean;
  /** Answers with a stream of server-sent events, which ends with the reader or with {@link close}. */
  stream(outgoing: ServerResponse, wish: EventWish): void;
  close(): void;
}

export function createEventHub(event$: Observable<FleetEvent>, limits: ControlLimits): EventHub {
  const kept: FleetEvent[] = [];
  const readers = new Map<ServerResponse, EventFilter>();
  const send = (outgoing: ServerResponse, frame: string) =>
    writeFrame(outgoing, frame, limits.unreadBytes);
  const publish = (event: FleetEvent) => {
    kept.push(event);
    if (kept.length > limits.keptEvents) kept.shift();
    let frame: string | undefined;
    for (const [outgoing, accepts] of readers) {
      if (accepts(event)) send(outgoing, (frame ??= frameOf(event)));
    }
  };
  const endAll = () => {
    for (const outgoing of readers.keys()) outgoing.end();
    readers.clear();
  };
  const alive = setInterval(() => {
    for (const outgoing of readers.keys()) send(outgoing, ALIVE_FRAME);
  }, limits.aliveMs).unref();
  const events = event$.subscribe({ next: publish, error: endAll, complete: endAll });
  return {
    hasRoom: () => readers.size < limits.streams,
    stream(outgoing, { accepts, since }) {
      beginEvents(outgoing);
      outgoing.once('close', () => readers.delete(outgoing));
      readers.set(outgoing, accepts);
      if (since === undefined) return;
      const missed = kept.filter((event) => event.id > since && accepts(event));
      if (missed.length > 0) send(outgoing, missed.map(frameOf).join(''));
    },
    close() {
      clearInterval(alive);
      events.unsubscribe();
      endAll();
    },
  };
}

function frameOf(event: FleetEvent): string {
  return eventFrame(JSON.stringify(event), event.id);
}

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
