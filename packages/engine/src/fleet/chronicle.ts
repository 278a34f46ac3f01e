import type { TunnelEmitted } from '@holdfast/machines';
import { Subject, type Observable } from 'rxjs';
import { eventWords } from './event-sentences.ts';
import type { FleetEvent, FleetFact } from './fleet-event.ts';
import { createToldEvents } from './told-events.ts';

/** Makes events of facts, and tells them to whoever listens. */
export interface Chronicle {
  readonly event$: Observable<FleetEvent>;
  /** The same for people: what happens over and over is told at doubling intervals. */
  readonly told$: Observable<FleetEvent>;
  /** @param tunnel - `null`: it concerns the whole fleet. */
  tell(tunnel: string | null, fact: TunnelEmitted | FleetFact): void;
  end(): void;
}

/**
 * Makes an empty chronicle; its events are counted from 1.
 *
 * @param hasChecks - whether this tunnel has checks.
 */
export function createChronicle(hasChecks: (tunnel: string) => boolean): Chronicle {
  const events = new Subject<FleetEvent>();
  const told = new Subject<FleetEvent>();
  const toldEvents = createToldEvents((event) => told.next(event));
  let lastId = 0;
  return {
    event$: events.asObservable(),
    told$: told.asObservable(),
    tell(tunnel, fact) {
      lastId += 1;
      const words = eventWords(fact, tunnel !== null && hasChecks(tunnel));
      const event = { id: lastId, at: new Date().toISOString(), tunnel, ...words, fact };
      events.next(event);
      toldEvents.hear(event);
    },
    end() {
      events.complete();
      toldEvents.end();
      told.complete();
    },
  };
}
