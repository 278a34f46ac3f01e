import type { TunnelEmitted } from '@holdfast/machines';
import { Subject, type Observable } from 'rxjs';
import { eventWords } from './event-sentences.ts';
import type { FleetEvent, FleetFact } from './fleet-event.ts';

/** Makes events of facts, and tells them to whoever listens. */
export interface Chronicle {
  readonly event$: Observable<FleetEvent>;
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
  let lastId = 0;
  return {
    event$: events.asObservable(),
    tell(tunnel, fact) {
      lastId += 1;
      const words = eventWords(fact, tunnel !== null && hasChecks(tunnel));
      events.next({ id: lastId, at: new Date().toISOString(), tunnel, ...words, fact });
    },
    end: () => events.complete(),
  };
}
