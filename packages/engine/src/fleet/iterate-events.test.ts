import { Subject } from 'rxjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { FleetEvent } from './fleet-event.ts';
import { iterateEvents } from './chronicle.ts';

let events: Subject<FleetEvent>;
let lastId: number;

function begin(options: Parameters<typeof iterateEvents>[1] = {}) {
  events = new Subject();
  lastId = 0;
  return iterateEvents(events, options);
}

function happen(times = 1): void {
  for (let time = 0; time < times; time += 1) {
    lastId += 1;
    events.next({
      id: lastId,
      at: `2030-01-01T00:00:0${lastId % 10}.000Z`,
      tunnel: 'db',
      level: 'info',
      sentence: `event ${lastId}`,
      fact: { type: 'credentials.changed' },
    });
  }
}

async function rest(iterator: AsyncIterable<FleetEvent>): Promise<readonly FleetEvent[]> {
  const all: FleetEvent[] = [];
  for await (const event of iterator) all.push(event);
  return all;
}

async function restIds(iterator: AsyncIterable<FleetEvent>): Promise<readonly number[]> {
  return (await rest(iterator)).map(({ id }) => id);
}

afterEach(() => expect(events.observed).toBe(false));

test('gives every event since it was asked for, in order, and ends with the fleet', async () => {
  const iterator = begin();
  happen(2);
  const reading = restIds(iterator);
  happen(1);
  await Promise.resolve();
  happen(1);
  events.complete();
  expect(await reading).toEqual([1, 2, 3, 4]);
});

test('gives events to those who wait, in the order in which they asked', async () => {
  const iterator = begin();
  const asked = [iterator.next(), iterator.next(), iterator.next()];
  happen(2);
  events.complete();
  const results = await Promise.all(asked);
  expect(results.map(({ value }) => value?.id)).toEqual([1, 2, undefined]);
  expect(results.map(({ done }) => done)).toEqual([false, false, true]);
});

test('a fleet that is closed already has no events, and no end of waiting', async () => {
  begin();
  events.complete();
  expect(await restIds(iterateEvents(events))).toEqual([]);
});

test('leaving the loop unsubscribes at once', async () => {
  const iterator = begin();
  happen(3);
  for await (const { id } of iterator) {
    expect(events.observed).toBe(true);
    if (id === 2) break;
  }
  expect(events.observed).toBe(false);
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
});

test('an error in the loop unsubscribes, too', async () => {
  const iterator = begin();
  happen();
  const reading = (async () => {
    for await (const { sentence } of iterator) throw new Error(sentence);
  })();
  await expect(reading).rejects.toThrow('event 1');
  expect(events.observed).toBe(false);
});

describe('a signal', () => {
  test('ends the reading when what is kept was read, and is let go of', async () => {
    const abort = new AbortController();
    const removed = vi.spyOn(abort.signal, 'removeEventListener');
    const iterator = begin({ signal: abort.signal });
    happen(2);
    abort.abort();
    happen(1);
    expect(await restIds(iterator)).toEqual([1, 2]);
    expect(removed).toHaveBeenCalledWith('abort', expect.any(Function));
  });

  test('ends the wait of those who wait', async () => {
    const abort = new AbortController();
    const next = begin({ signal: abort.signal }).next();
    abort.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  test('that was aborted before lets nothing begin', async () => {
    expect(await restIds(begin({ signal: AbortSignal.abort() }))).toEqual([]);
  });
});

describe('a reader that is too slow', () => {
  test('loses the oldest events, and one event in their place says how many', async () => {
    const iterator = begin({ bufferSize: 3 });
    happen(8);
    events.complete();
    const [loss, ...others] = await rest(iterator);
    expect(loss).toEqual({
      id: 5,
      at: '2030-01-01T00:00:05.000Z',
      tunnel: null,
      level: 'warning',
      sentence: '5 events were lost: read too slowly',
      fact: { type: 'events.lost', events: 5 },
    });
    expect(others.map(({ id }) => id)).toEqual([6, 7, 8]);
  });

  test('hears of each loss for itself', async () => {
    const iterator = begin({ bufferSize: 1 });
    happen(2);
    const first = [(await iterator.next()).value, (await iterator.next()).value];
    happen(3);
    events.complete();
    const all = [...first, ...(await rest(iterator))];
    expect(all.map((event) => event?.fact)).toEqual([
      { type: 'events.lost', events: 1 },
      { type: 'credentials.changed' },
      { type: 'events.lost', events: 2 },
      { type: 'credentials.changed' },
    ]);
    expect(all.map((event) => event?.id)).toEqual([1, 2, 4, 5]);
  });

  test('has room for 1000 events', async () => {
    const iterator = begin();
    happen(1001);
    events.complete();
    const all = await rest(iterator);
    expect(all[0]?.fact).toEqual({ type: 'events.lost', events: 1 });
    expect(all).toHaveLength(1001);
  });
});

test.each([0, -1, Number.NaN])('a buffer for %d events is refused', (bufferSize) => {
  expect(() => begin({ bufferSize })).toThrow(RangeError);
});
