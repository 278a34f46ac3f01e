import type { FleetEvent } from '../fleet-event.ts';
import type { FleetStatus, UnusablePlace } from './status.ts';

/** What a supervisor cannot use, from what it tells. A full disk keeps the very event from its log: so status has it. */
export interface UnusablePlaces {
  hear(event: FleetEvent): void;
  /** As a part of the status. */
  status(): Pick<FleetStatus, 'unusable'>;
}

export function createUnusablePlaces(): UnusablePlaces {
  const places = new Map<string, UnusablePlace>();
  return {
    hear({ at, fact }) {
      if (fact.type === 'place.unusable') {
        const { path, problem } = fact;
        places.set(path, { path, problem, since: places.get(path)?.since ?? at });
      } else if (fact.type === 'place.usable' || fact.type === 'place.mended') {
        places.delete(fact.path);
      }
    },
    status: () => (places.size === 0 ? {} : { unusable: [...places.values()] }),
  };
}
