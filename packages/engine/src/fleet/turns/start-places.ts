import {
  askForStart,
  createStartBudget,
  nextStart,
  releaseStart,
  type StartBudget,
} from '@holdfast/machines';
import type { StartObstacle } from '../report/status.ts';
import type { TunnelSpec } from '../tunnel-spec.ts';

/** Who may start now: tunnels that wait for others, and for their turn at a host. */
export interface StartPlaces {
  /** Somebody's start is due. Answers by `grant`, now or later. */
  ask(starter: Starter): void;
  /** Somebody has logged in, has ended, or wants to start no more. */
  release(name: string): void;
  /** A tunnel became healthy, or is so no more: whoever waits for tunnels looks again. */
  reconsider(): void;
  /** What holds somebody back who has asked; `null` if nothing does. */
  obstacleOf(name: string): StartObstacle | null;
}

/** One that wants to start. */
export interface Starter {
  readonly name: string;
  destination(): string;
  /** The tunnels that it has to wait for, as of now. */
  missing(): readonly string[];
}

/**
 * Keeps the places at which tunnels may start: first the tunnels that they wait for, then the budget of their host.
 *
 * @param grant - told who may start; it may ask again only after a release.
 */
export function createStartPlaces(grant: (name: string) => void, limit?: number): StartPlaces {
  let budget: StartBudget = createStartBudget(limit);
  /** Those who wait for other tunnels, and so for no place yet. */
  const early = new Map<string, Starter>();
  const destinations = new Map<string, string>();

  const begin = (destination: string) => {
    for (;;) {
      const next = nextStart(budget, destination);
      budget = next.budget;
      if (next.starter === undefined) return;
      grant(next.starter);
    }
  };

  const ask = (starter: Starter) => {
    const { name } = starter;
    if (starter.missing().length > 0) {
      early.set(name, starter);
      return;
    }
    early.delete(name);
    const destination = starter.destination();
    destinations.set(name, destination);
    const isThere = budget.places.some((place) => place.starter === name);
    budget = askForStart(budget, destination, name);
    const place = budget.places.find((each) => each.starter === name);
    if (!isThere && place?.isStarting === true) grant(name);
  };

  return {
    ask,
    release(name) {
      early.delete(name);
      const destination = destinations.get(name);
      if (destination === undefined) return;
      destinations.delete(name);
      budget = releaseStart(budget, destination, name);
      begin(destination);
    },
    reconsider() {
      for (const starter of early.values()) ask(starter);
    },
    obstacleOf(name) {
      const waiting = early.get(name);
      if (waiting !== undefined) return tunnelObstacle(waiting);
      const place = budget.places.find((each) => each.starter === name);
      if (place === undefined || place.isStarting) return null;
      const { destination } = place;
      const starting = budget.places.filter(
        (each) => each.isStarting && each.destination === destination,
      ).length;
      return { kind: 'host', destination, starting };
    },
  };
}

/** `null` for a moment: what was waited for is there, and the start is asked for again in its turn. */
function tunnelObstacle(starter: Starter): StartObstacle | null {
  const names = starter.missing();
  return names.length === 0 ? null : { kind: 'tunnels', names };
}

/**
 * What tunnels to the same host have in common: `host` without the user, and with the port if it is part of it.
 *
 * ssh_config may lead two names to one machine, or one name to many; to know that would mean to read it as ssh does. Two names so have
 * a budget each.
 */
export function destinationOf(host: string): string {
  const bare = host.replace(/^ssh:\/\//i, '').replace(/\/$/, '');
  return bare.slice(bare.lastIndexOf('@') + 1).toLowerCase();
}

/** These tunnels and all that they wait for, so that a start does not wait for ever. */
export function withPrerequisites(
  names: readonly string[],
  specOf: (name: string) => Pick<TunnelSpec, 'after'> | undefined,
): readonly string[] {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    const spec = specOf(name);
    if (spec === undefined) return;
    found.add(name);
    spec.after.forEach(visit);
  };
  names.forEach(visit);
  return [...found];
}
