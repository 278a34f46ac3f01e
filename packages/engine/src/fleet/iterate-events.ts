import type { Observable, Subscription } from 'rxjs';
import { eventWords } from './event-sentences.ts';
import type { FleetEvent, FleetFact } from './fleet-event.ts';

/** How events are read one after the other. */
export interface EventsOptions {
  /** Ends the reading, without an error. */
  readonly signal?: AbortSignal | undefined;
  /** How many events are kept for a reader that is busy; at least 1. Default: 1000. */
  readonly bufferSize?: number | undefined;
}

const USUAL_BUFFER_SIZE = 1000;

type Result = IteratorResult<FleetEvent, undefined>;

const DONE: Result = { done: true, value: undefined };

/**
 * Events from now on, to be read one after the other.
 *
 * A reader that is slower than the events loses the oldest: one event `events.lost` stands in their place, with the id and the time
 * of the last of them, and says how many they were. The tunnels never wait for a reader.
 */
export function iterateEvents(
  event$: Observable<FleetEvent>,
  { signal, bufferSize = USUAL_BUFFER_SIZE }: EventsOptions = {},
): AsyncIterableIterator<FleetEvent, undefined, void> {
  if (!(bufferSize >= 1))
    throw new RangeError(`bufferSize is ${bufferSize}: it must be at least 1`);
  const buffer = createBuffer(bufferSize);
  const readers: ((result: Result) => void)[] = [];
  let subscription: Subscription | undefined;
  let hasEnded = false;

  const end = () => {
    hasEnded = true;
    subscription?.unsubscribe();
    signal?.removeEventListener('abort', end);
    for (const answer of readers.splice(0)) answer(DONE);
  };
  subscription = event$.subscribe({
    next(event) {
      const answer = readers.shift();
      if (answer === undefined) buffer.add(event);
      else answer({ done: false, value: event });
    },
    complete: end,
  });
  // It may have been complete from the start.
  if (hasEnded || signal?.aborted === true) end();
  else signal?.addEventListener('abort', end, { once: true });

  return {
    next() {
      const event = buffer.take();
      if (event !== undefined) return Promise.resolve({ done: false, value: event });
      if (hasEnded) return Promise.resolve(DONE);
      return new Promise((resolve) => readers.push(resolve));
    },
    return() {
      buffer.clear();
      end();
      return Promise.resolve(DONE);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** What was not read yet, oldest first. */
interface Buffer {
  add(event: FleetEvent): void;
  take(): FleetEvent | undefined;
  clear(): void;
}

function createBuffer(size: number): Buffer {
  let events: FleetEvent[] = [];
  let lost: { readonly count: number; readonly last: FleetEvent } | undefined;
  return {
    add(event) {
      events.push(event);
      if (events.length > size) lost = { count: (lost?.count ?? 0) + 1, last: events.shift()! };
    },
    take() {
      if (lost === undefined) return events.shift();
      const { count, last } = lost;
      lost = undefined;
      return lossOf(count, last);
    },
    clear() {
      events = [];
      lost = undefined;
    },
  };
}

function lossOf(events: number, { id, at }: FleetEvent): FleetEvent {
  const fact: FleetFact = { type: 'events.lost', events };
  return { id, at, tunnel: null, ...eventWords(fact), fact };
}
