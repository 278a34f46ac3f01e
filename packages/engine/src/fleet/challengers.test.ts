import type { TunnelEmitted } from '@holdfast/machines';
import { describe, expect, test } from 'vitest';
import { Challengers, type Doubter } from './challengers.ts';
import { createStartPlaces } from './start-places.ts';

const ASKED: TunnelEmitted = { type: 'challenger.asked' };
const SETTLED: TunnelEmitted = { type: 'challenger.settled' };
const READY: TunnelEmitted = { type: 'challenger.ready', pid: 1, graceMs: 0 };
const ENDED: TunnelEmitted = { type: 'suspicion.ended' };
const DEFEATED: TunnelEmitted = { type: 'challenger.ended', pid: 1, isLast: false };
const LAST: TunnelEmitted = { type: 'challenger.ended', pid: 1, isLast: true };

/** Tunnels whose ssh are silent, and whose challengers were granted in this order. */
function stage(limit = 8) {
  const granted: string[] = [];
  const starts: string[] = [];
  const places = createStartPlaces((name) => {
    if (!challengers.granted(name)) starts.push(name);
  }, limit);
  const challengers = new Challengers(places);
  const doubters = new Map<string, Doubter>();
  const doubter = (name: string, destination: string): Doubter => {
    const known = doubters.get(name) ?? {
      name,
      destination: () => destination,
      challengerGranted: () => void granted.push(name),
    };
    doubters.set(name, known);
    return known;
  };
  const hear = (name: string, fact: TunnelEmitted, destination = 'host') =>
    challengers.hear(doubter(name, destination), fact);
  return { granted, starts, places, hear };
}

describe('of the tunnels to one destination', () => {
  test('one has a challenger, and the others wait for what comes of it', () => {
    const { granted, hear } = stage();
    for (const name of ['a', 'b', 'c']) hear(name, ASKED);
    hear('x', ASKED, 'elsewhere');
    expect(granted).toEqual(['a', 'x']);
  });

  test('all may have one when the first is in', () => {
    const { granted, hear } = stage();
    for (const name of ['a', 'b', 'c']) hear(name, ASKED);
    hear('a', SETTLED);
    hear('a', READY);
    expect(granted).toEqual(['a', 'b', 'c']);
  });

  test('the one whose challenger did not get in tries again, and nobody else', () => {
    const { granted, hear } = stage();
    for (const name of ['a', 'b']) hear(name, ASKED);
    hear('a', SETTLED);
    hear('a', DEFEATED);
    expect(granted).toEqual(['a']);
    hear('a', ASKED);
    expect(granted).toEqual(['a', 'a']);
  });

  test.each([
    ['is answered', ENDED],
    ['can have none any more', LAST],
    ['has lost its ssh', { type: 'stop.began', reason: 'heartbeat-missed', pid: 1, signal: null }],
  ] satisfies [string, TunnelEmitted][])('the next tries when the first %s', (_, fact) => {
    const { granted, hear } = stage();
    for (const name of ['a', 'b']) hear(name, ASKED);
    hear('a', SETTLED);
    hear('a', fact);
    expect(granted).toEqual(['a', 'b']);
  });

  test('who waits no more is not granted any', () => {
    const { granted, hear } = stage();
    for (const name of ['a', 'b', 'c']) hear(name, ASKED);
    hear('b', ENDED);
    hear('a', SETTLED);
    hear('a', ENDED);
    expect(granted).toEqual(['a', 'c']);
  });
});

describe('a challenger', () => {
  test('takes a place of its destination, and gives it back', () => {
    const { granted, starts, places, hear } = stage(1);
    places.ask({ name: 'db', destination: () => 'host', missing: () => [] });
    hear('a', ASKED);
    expect([starts, granted]).toEqual([['db'], []]);
    places.release('db');
    expect(granted).toEqual(['a']);
    places.ask({ name: 'web', destination: () => 'host', missing: () => [] });
    expect(starts).toEqual(['db']);
    hear('a', SETTLED);
    expect(starts).toEqual(['db', 'web']);
  });

  test('that was not needed before its turn came takes none', () => {
    const { granted, places, hear } = stage(1);
    places.ask({ name: 'db', destination: () => 'host', missing: () => [] });
    hear('a', ASKED);
    hear('a', ENDED);
    places.release('db');
    expect(granted).toEqual([]);
  });
});
