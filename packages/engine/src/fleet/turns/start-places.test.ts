import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStartPlaces, type Starter } from './start-places.ts';

/** Tunnels that ask for places, with what they wait for. */
function stage(limit: number) {
  const granted: string[] = [];
  const missing = new Map<string, readonly string[]>();
  const places = createStartPlaces((name) => granted.push(name), limit);
  const starter = (name: string, destination: string): Starter => ({
    name,
    destination: () => destination,
    missing: () => missing.get(name) ?? [],
  });
  return {
    places,
    granted,
    missing,
    ask: (name: string, destination = 'host') => places.ask(starter(name, destination)),
  };
}

describe('places at which tunnels start', () => {
  test('are granted at once while there is room, and then first come, first served', () => {
    const { places, granted, ask } = stage(2);
    for (const name of ['a', 'b', 'c', 'd']) ask(name);
    expect(granted).toEqual(['a', 'b']);
    places.release('b');
    expect(granted).toEqual(['a', 'b', 'c']);
    places.release('a');
    expect(granted).toEqual(['a', 'b', 'c', 'd']);
  });

  test('of one destination are no concern of another', () => {
    const { granted, ask } = stage(1);
    ask('a', 'here');
    ask('b', 'here');
    ask('c', 'there');
    expect(granted).toEqual(['a', 'c']);
  });

  test('are not granted while a tunnel is missing, and take no room till then', () => {
    const { places, granted, missing, ask } = stage(1);
    missing.set('a', ['jump']);
    ask('a');
    ask('b');
    expect(granted).toEqual(['b']);
    expect(places.obstacleOf('a')).toEqual({ kind: 'tunnels', names: ['jump'] });
    missing.delete('a');
    expect(places.obstacleOf('a')).toBeNull();
    places.reconsider();
    expect(places.obstacleOf('a')).toEqual({ kind: 'host', destination: 'host', starting: 1 });
    places.release('b');
    expect(granted).toEqual(['b', 'a']);
    expect(places.obstacleOf('a')).toBeNull();
  });

  test('are granted once, however often somebody asks', () => {
    const { places, granted, ask } = stage(1);
    ask('a');
    ask('a');
    places.reconsider();
    expect(granted).toEqual(['a']);
  });

  test('are given back once, however often somebody gives them back', () => {
    const { places, granted, ask } = stage(1);
    for (const name of ['a', 'b', 'c']) ask(name);
    places.release('a');
    places.release('a');
    expect(granted).toEqual(['a', 'b']);
  });

  test('are free of those who do not want to start any more', () => {
    const { places, granted, missing, ask } = stage(1);
    missing.set('c', ['jump']);
    for (const name of ['a', 'b', 'c', 'd']) ask(name);
    places.release('b');
    places.release('c');
    missing.delete('c');
    places.reconsider();
    places.release('a');
    expect(granted).toEqual(['a', 'd']);
  });

  test('are given back where they were taken, though the tunnel leads elsewhere now', () => {
    const granted: string[] = [];
    const places = createStartPlaces((name) => granted.push(name), 1);
    let host = 'old';
    const moving: Starter = { name: 'a', destination: () => host, missing: () => [] };
    places.ask(moving);
    places.ask({ name: 'b', destination: () => 'old', missing: () => [] });
    host = 'new';
    places.release('a');
    expect(granted).toEqual(['a', 'b']);
  });
});

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const DESTINATIONS: Readonly<Record<string, string>> = {
  a: 'x',
  b: 'x',
  c: 'x',
  d: 'x',
  e: 'y',
  f: 'y',
};

/** The same, as a list of who asked, in order: the first so many of those who miss nothing have their place. */
function createModel(limit: number) {
  const queue: { name: string; isStarting: boolean }[] = [];
  const early: string[] = [];
  const missing = new Set<string>();
  const granted: string[] = [];
  const grantAll = () => {
    for (const place of queue) {
      const there = queue.filter(
        (other) => other.isStarting && DESTINATIONS[other.name] === DESTINATIONS[place.name],
      );
      if (place.isStarting || there.length >= limit) continue;
      place.isStarting = true;
      granted.push(place.name);
    }
  };
  const drop = (list: unknown[], at: number) => at >= 0 && list.splice(at, 1);
  const model = {
    granted,
    missing,
    starting: () => queue.filter(({ isStarting }) => isStarting).map(({ name }) => name),
    ask(name: string) {
      if (queue.some((place) => place.name === name)) return;
      if (missing.has(name)) {
        if (!early.includes(name)) early.push(name);
        return;
      }
      drop(early, early.indexOf(name));
      queue.push({ name, isStarting: false });
      grantAll();
    },
    release(name: string) {
      drop(early, early.indexOf(name));
      drop(
        queue,
        queue.findIndex((place) => place.name === name),
      );
      grantAll();
    },
    reconsider: () => [...early].forEach((name) => model.ask(name)),
  };
  return model;
}

const order = fc.record({
  kind: fc.constantFrom('ask', 'release', 'miss', 'find', 'reconsider'),
  name: fc.constantFrom(...NAMES),
});

describe('any order of asking and giving back', () => {
  test('is granted as by the model, never beyond the limit, and nobody starves', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.array(order, { maxLength: 80 }),
        (limit, orders) => {
          const real = stage(limit);
          const model = createModel(limit);
          const asked = new Set<string>();
          for (const { kind, name } of orders) {
            // Who has a place, or waits for one, does not ask again before it gives it back.
            if (kind === 'ask' && !asked.has(name)) {
              asked.add(name);
              real.ask(name, DESTINATIONS[name]);
              model.ask(name);
            }
            if (kind === 'release') {
              asked.delete(name);
              real.places.release(name);
              model.release(name);
            }
            if (kind === 'miss') {
              real.missing.set(name, ['jump']);
              model.missing.add(name);
            }
            if (kind === 'find') {
              real.missing.delete(name);
              model.missing.delete(name);
            }
            if (kind === 'reconsider') {
              real.places.reconsider();
              model.reconsider();
            }
            expect(real.granted).toEqual(model.granted);
            for (const destination of ['x', 'y']) {
              const there = model.starting().filter((each) => DESTINATIONS[each] === destination);
              expect(there.length).toBeLessThanOrEqual(limit);
            }
          }
          real.missing.clear();
          real.places.reconsider();
          // Whoever starts comes to an end; then all the others had their turn.
          for (let n = 0; n < real.granted.length; n += 1) real.places.release(real.granted[n]!);
          for (const name of asked) expect(real.places.obstacleOf(name)).toBeNull();
          for (const name of asked) expect(real.granted).toContain(name);
        },
      ),
    );
  });
});
