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

/** Makes an empty chronicle; its events are counted from 1. */
export function createChronicle(): Chronicle {
  const events = new Subject<FleetEvent>();
  let lastId = 0;
  return {
    event$: events.asObservable(),
    tell(tunnel, fact) {
      lastId += 1;
      events.next({ id: lastId, at: new Date().toISOString(), tunnel, ...eventWords(fact), fact });
    },
    end: () => events.complete(),
  };
}
