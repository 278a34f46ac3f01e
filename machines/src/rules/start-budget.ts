/**
 * How many connections to one destination may be on their way at a time: 8.
 *
 * OpenSSH's server begins to refuse some of them when 10 are not yet authenticated.
 *
 * @see sshd_config(5), `MaxStartups` (default 10:30:100).
 */
export const DEFAULT_START_LIMIT = 8;

/** One that starts, or waits for its turn. */
export interface StartPlace {
  /** What counts together. */
  readonly destination: string;
  /** Who it is: unique at its destination. */
  readonly starter: string;
  /** Whether its start was granted, and has not come to its end. */
  readonly isStarting: boolean;
}

/**
 * Who starts and who waits, at all destinations, in the order in which they asked.
 *
 * A place is held from the launch of ssh until it is let in, or has ended.
 */
export interface StartBudget {
  /** So many may start at one destination at a time. */
  readonly limit: number;
  /** Who has asked, in the order of asking. */
  readonly places: readonly StartPlace[];
}

/** A budget that nobody has asked yet. */
export function createStartBudget(limit: number = DEFAULT_START_LIMIT): StartBudget {
  return { limit, places: [] };
}

/** Whether somebody may start now. */
export function isStarting(budget: StartBudget, destination: string, starter: string): boolean {
  return budget.places.some((place) => place.isStarting && isPlaceOf(place, destination, starter));
}

/**
 * The budget after somebody asked for a start: it may start at once if there is room and nobody waits,
 * and waits for its turn otherwise. To ask again changes nothing.
 *
 * @see docs/failures.md, "Many tunnels to one host".
 */
export function askForStart(
  budget: StartBudget,
  destination: string,
  starter: string,
): StartBudget {
  const { places } = budget;
  if (places.some((place) => isPlaceOf(place, destination, starter))) return budget;
  const mayStart = hasRoom(budget, destination) && firstWaiting(budget, destination) === undefined;
  return { ...budget, places: [...places, { destination, starter, isStarting: mayStart }] };
}

/** The budget after somebody needs its place no more: it was let in, has ended, or no longer wants to start. */
export function releaseStart(
  budget: StartBudget,
  destination: string,
  starter: string,
): StartBudget {
  const places = budget.places.filter((place) => !isPlaceOf(place, destination, starter));
  return { ...budget, places };
}

/**
 * The next one that may start at a destination, if there is room: the one that has waited longest.
 *
 * To be called after each release, until there is no `starter`.
 */
export function nextStart(
  budget: StartBudget,
  destination: string,
): { readonly budget: StartBudget; readonly starter: string | undefined } {
  const next = hasRoom(budget, destination) ? firstWaiting(budget, destination) : undefined;
  if (next === undefined) return { budget, starter: undefined };
  const places = budget.places.map((place) =>
    place === next ? { ...place, isStarting: true } : place,
  );
  return { budget: { ...budget, places }, starter: next.starter };
}

function hasRoom({ limit, places }: StartBudget, destination: string): boolean {
  const starting = places.filter((place) => place.isStarting && place.destination === destination);
  return starting.length < limit;
}

function firstWaiting({ places }: StartBudget, destination: string): StartPlace | undefined {
  return places.find((place) => !place.isStarting && place.destination === destination);
}

function isPlaceOf(place: StartPlace, destination: string, starter: string): boolean {
  return place.destination === destination && place.starter === starter;
}
