import type { TunnelEmitted } from '@holdfast/machines';
import { Subject, type Observable, type Subscription } from 'rxjs';
import { eventWords } from './report/event-sentences.ts';
import type { EventsOptions } from './fleet.ts';
import type { FleetEvent, FleetFact } from './fleet-event.ts';
import { createToldEvents } from './report/told-events.ts';

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
