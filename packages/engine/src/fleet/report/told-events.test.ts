import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVirtualClock, type TunnelEmitted } from '@holdfast/machines';
import { afterEach, describe, expect, test } from 'vitest';
import { createEventLog } from '../../log/event-log.ts';
import { readEvents } from '../../log/read-events.ts';
import { eventWords } from './event-sentences.ts';
import type { FleetEvent } from '../fleet-event.ts';
import { createToldEvents } from './told-events.ts';

const EPOCH_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** People who are told, under a clock that is stepped. */
function listen(tell: (event: FleetEvent) => void) {
  const clock = createVirtualClock();
  const told = createToldEvents(tell, {
    nowMs: clock.now,
    setTimeout: (run, ms) => clock.setTimeout(run, ms),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  });
  let id = 0;
  const words = new Map<FleetEvent['fact'], ReturnType<typeof eventWords>>();
  const wordsOf = (fact: FleetEvent['fact']) => {
    const known = words.get(fact) ?? eventWords(fact, false);
    words.set(fact, known);
    return known;
  };
  return {
    advance: clock.advance,
    hear(tunnel: string, fact: FleetEvent['fact']) {
      id += 1;
      const at = new Date(EPOCH_MS + clock.now()).toISOString();
      told.hear({ id, at, tunnel, ...wordsOf(fact), fact });
    },
    end: told.end,
  };
}

const refused = {
  class: 'unreachable',
  sentence: 'bastion port 22 refused the connection',
} as const;
const started = { type: 'start.succeeded', pid: 4711 } as TunnelEmitted;
const proved = { type: 'tunnel.proved' } as TunnelEmitted;

function ended(failure: { class: string; sentence: string } = refused): TunnelEmitted {
  return { type: 'child.ended', exit: { status: 255, signal: null }, failure } as TunnelEmitted;
}

function waits(graceSeconds: number): TunnelEmitted {
  return {
    type: 'backoff.began',
    graceSeconds,
    failure: refused,
    verdict: 'retry',
  } as TunnelEmitted;
}

describe('people are told', () => {
  function scene() {
    const told: FleetEvent[] = [];
    return { told, ...listen((event) => told.push(event)) };
  }

  test('of each failure that is another, and of equal ones at doubling intervals', () => {
    const { told, hear, advance } = scene();
    for (let n = 0; n < 9; n += 1) {
      hear('db', ended());
      advance(10_000);
    }
    hear('db', ended({ class: 'unreachable', sentence: 'no route to bastion' }));
    hear('web', ended());
    expect(told.map(({ tunnel, sentence }) => `${tunnel}: ${sentence.split(': ')[1]}`)).toEqual([
      'db: bastion port 22 refused the connection',
      'db: bastion port 22 refused the connection (the 2nd time in 10 s)',
      'db: bastion port 22 refused the connection (the 4th time in 30 s)',
      'db: bastion port 22 refused the connection (the 8th time in 1 min 10 s)',
      'db: no route to bastion',
      'web: bastion port 22 refused the connection',
    ]);
    expect(told[3]!.repeated).toEqual({ times: 8, since: new Date(EPOCH_MS).toISOString() });
    expect(told[0]).not.toHaveProperty('repeated');
  });

  test('that a tunnel is up after an outage, and of the next outage from its beginning', () => {
    const { told, hear, advance } = scene();
    for (let n = 0; n < 7; n += 1) hear('db', ended());
    hear('db', proved);
    expect(told.at(-1)!.fact.type).toBe('tunnel.proved');
    advance(61_000);
    hear('db', ended());
    expect(told.at(-1)!.fact.type).toBe('child.ended');
    expect(told.at(-1)).not.toHaveProperty('repeated');
  });

  test('within a minute how a tunnel stands that went up and down', () => {
    const { told, hear, advance } = scene();
    for (let n = 0; n < 7; n += 1) {
      hear('db', ended());
      hear('db', proved);
      advance(5000);
    }
    hear('db', ended());
    hear('db', proved);
    hear('db', ended());
    hear('db', proved);
    expect(told.at(-1)!.fact.type).toBe('tunnel.proved');
    hear('db', ended());
    advance(59_000);
    const before = told.length;
    advance(2000);
    expect(told.slice(before).map(({ fact }) => fact.type)).toEqual(['child.ended']);
    expect(told.at(-1)!.repeated?.times).toBe(10);
    advance(HOUR_MS);
    expect(told.length).toBe(before + 1);
  });

  test('of orders and ends each time', () => {
    const { told, hear } = scene();
    const stop = { type: 'stop.began', reason: 'operator-restart' } as TunnelEmitted;
    for (let n = 0; n < 5; n += 1) hear('db', stop);
    expect(told).toHaveLength(5);
  });

  test('nothing more when all is over', () => {
    const { told, hear, advance, end } = scene();
    for (let n = 0; n < 3; n += 1) {
      hear('db', ended());
      hear('db', proved);
    }
    hear('db', ended());
    const before = told.length;
    end();
    advance(HOUR_MS);
    expect(told.length).toBe(before);
  });
});

/** Thirty tunnels through one dead bastion: each tries every two minutes, all week. More often is only a few doublings more. */
test('a week of an outage leaves the first hour readable in the log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-week-'));
  folders.push(folder);
  const path = join(folder, 'events.log');
  const log = createEventLog(path);
  const { hear, advance } = listen(log.record);
  const names = Array.from({ length: 30 }, (_, n) => `tunnel-${n}`);
  const failed = ended();
  const later = Array.from({ length: 40 }, (_, n) => waits(1 + n / 10));
  for (const name of names) hear(name, proved);
  advance(2 * 60_000);
  const tries = 7 * 24 * 30;
  for (let n = 0; n < tries; n += 1) {
    for (const name of names) {
      hear(name, started);
      hear(name, failed);
      hear(name, later[n % later.length]!);
    }
    advance(120_000);
  }
  log.close();
  const firstHour: FleetEvent[] = [];
  for await (const event of readEvents(path)) {
    if (Date.parse(event.at) < EPOCH_MS + HOUR_MS) firstHour.push(event);
  }
  for (const name of names) {
    const of = firstHour.filter(({ tunnel }) => tunnel === name);
    expect(of[0]!.fact.type).toBe('tunnel.proved');
    expect(of.slice(1, 4).map(({ fact }) => fact.type)).toEqual([
      'start.succeeded',
      'child.ended',
      'backoff.began',
    ]);
    expect(of.at(-1)!.repeated!.times).toBe(16);
  }
  const bytes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2_000_000);
});

type Fact = FleetEvent['fact'];

const proves: readonly Fact[] = [started, proved];
const drops: readonly Fact[] = [
  ended({ class: 'dropped', sentence: 'the connection to bastion port 22 was lost' }),
  waits(0.5),
];
const refuses: readonly Fact[] = [
  { type: 'start.succeeded', pid: 4711 },
  { type: 'stop.began', reason: 'forward-refused' },
  ended({ class: 'remote-port-held', sentence: 'the server did not give port 8080' }),
  waits(30),
] as readonly Fact[];
const loses: readonly Fact[] = [
  { type: 'forwards.lost', forwards: ['-L 5432:db:5432'] },
  { type: 'forward.failed', forward: '-L 5432:db:5432', problem: 'port 5432 is held' },
  { type: 'forwards.restored', forwards: ['-L 5432:db:5432'], wereThere: true },
];
const flaps: readonly Fact[] = [
  { type: 'check.failed', question: 'tcp 127.0.0.1:5432', problem: 'connection refused' },
  { type: 'check.passed', question: 'tcp 127.0.0.1:5432' },
];
const portChosen: Fact = { type: 'forward.opened', forward: '0:a:2', port: 4711 };

/** What happens again and again to one of thirty tunnels all week, and every how many seconds. */
test.each<[string, readonly Fact[], number]>([
  ['a check that fails and passes', flaps, 16],
  ['a line that drops', [...drops, ...proves], 90],
  ['a line that drops, and a port that the server chooses', [...drops, portChosen, ...proves], 90],
  ['a forward that is refused', refuses, 30],
  ['a forward that is lost and comes back', loses, 15],
  ['a line that drops each time before the hour is over', [...drops, ...proves], 3500],
])('a week of %s leaves the first hour readable in the log', async (_what, facts, seconds) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-week-'));
  folders.push(folder);
  const path = join(folder, 'events.log');
  const log = createEventLog(path, { maxBytes: Math.floor(5_000_000 / 30) });
  const { hear, advance } = listen(log.record);
  const rounds = Math.ceil((7 * 24 * 3600) / seconds);
  for (let n = 0; n < rounds; n += 1) {
    for (const fact of facts) hear('db', fact);
    advance(seconds * 1000);
  }
  log.close();
  const first: string[] = [];
  for await (const { at, fact } of readEvents(path)) {
    if (Date.parse(at) < EPOCH_MS + HOUR_MS) first.push(fact.type);
  }
  expect(first.slice(0, facts.length)).toEqual(facts.map(({ type }) => type));
  const bytes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(20_000_000 / 30);
});
