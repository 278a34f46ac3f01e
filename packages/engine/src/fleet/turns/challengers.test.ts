import type { TunnelEmitted } from '@holdfast/machines';
import { describe, expect, test } from 'vitest';
import { Challengers, type Doubter } from './challengers.ts';
import { createStartPlaces } from './start-places.ts';

const ASKED = { type: 'challenger.asked', silentSinceMs: 1000, isOverdue: false } as const;
const SETTLED: TunnelEmitted = { type: 'challenger.settled' };
const READY: TunnelEmitted = { type: 'challenger.ready', pid: 1, graceMs: 0 };
const ENDED: TunnelEmitted = { type: 'suspicion.ended' };
const STOPPED: TunnelEmitted = {
  type: 'stop.began',
  reason: 'heartbeat-missed',
  pid: 1,
  signal: null,
};
const DEFEATED: TunnelEmitted = { type: 'challenger.ended', pid: 1, isLast: false };
const LAST: TunnelEmitted = { type: 'challenger.ended', pid: 1, isLast: true };

/** Tunnels whose ssh are silent; whose challengers were granted, and who was told that the path works, in this order. */
function stage(limit = 8) {
  const granted: string[] = [];
  const told: string[] = [];
  const clock = { nowMs: 2000 };
  const starts: string[] = [];
  const places = createStartPlaces((name) => {
    if (!challengers.granted(name)) starts.push(name);
  }, limit);
  const challengers = new Challengers(places, () => clock.nowMs);
  const doubters = new Map<string, Doubter>();
  const doubter = (name: string, destination: string): Doubter => {
    const known = doubters.get(name) ?? {
      name,
      destination: () => destination,
      challengerGranted: () => void granted.push(name),
      hostAnswered: () => void told.push(name),
    };
    doubters.set(name, known);
    return known;
  };
  const hear = (name: string, fact: TunnelEmitted, destination = 'host') =>
    challengers.hear(doubter(name, destination), fact);
  return { granted, told, clock, starts, places, hear };
}

describe('of the tunnels to one destination', () => {
  test('one has a challenger, and the others wait for what comes of it', () => {
    const { granted, hear } = stage();
    for (const name of ['a', 'b', 'c']) hear(name, ASKED);
    hear('x', ASKED, 'elsewhere');
    expect(granted).toEqual(['a', 'x']);
  });

  test.each([
    ['has its challenger in', READY],
    ['is answered', ENDED],
  ])('the others are told that the path works when the first %s', (_, fact) => {
    const { granted, told, hear } = stage();
    for (const name of ['a', 'b', 'c']) hear(name, ASKED);
    hear('x', ASKED, 'elsewhere');
    hear('a', SETTLED);
    hear('a', fact);
    expect([granted, told]).toEqual([
      ['a', 'x'],
      ['b', 'c'],
    ]);
  });

  test('one that was silent before that is told when it asks, and one that is silent since is not', () => {
    const { granted, told, clock, hear } = stage();
    hear('a', ASKED);
    hear('a', SETTLED);
    hear('a', READY);
    clock.nowMs = 3000;
    hear('b', { ...ASKED, silentSinceMs: 1999 });
    hear('c', { ...ASKED, silentSinceMs: 2000 });
    hear('d', { ...ASKED, silentSinceMs: null }, 'elsewhere');
    expect([granted, told]).toEqual([['a', 'c', 'd'], ['b']]);
  });

  test('all that had their time since then may have one', () => {
    const { granted, told, hear } = stage();
    for (const name of ['a', 'b', 'c']) hear(name, ASKED);
    hear('a', READY);
    for (const name of ['b', 'c']) hear(name, SETTLED);
    for (const name of ['b', 'c']) hear(name, { ...ASKED, isOverdue: true });
    expect([granted, told]).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
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
    ['can have none any more', LAST],
    ['has lost its ssh', STOPPED],
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
    hear('b', SETTLED);
    hear('b', STOPPED);
    hear('a', SETTLED);
    hear('a', STOPPED);
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
