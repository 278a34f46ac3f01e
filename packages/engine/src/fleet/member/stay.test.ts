import {
  createVirtualClock,
  tunnelMachine,
  type TunnelEmitted,
  type TunnelEvent,
  type TunnelInput,
} from '@holdfast/machines';
import { describe, expect, test } from 'vitest';
import { createActor, fromCallback } from 'xstate';
import type { Moment } from './moment.ts';
import { firstStay, isHealthyState, stayAfterFact, stayAfterSnapshot, type Stay } from './stay.ts';

/** A moment that tells both clocks from each other. */
const at = (ms: number): Moment => ({ wallMs: 1_000_000 + ms, monotonicMs: ms });

const silent = fromCallback(() => undefined);
const machine = tunnelMachine.provide({
  actors: { sshChild: silent as never, heartbeat: silent as never },
});

/** The stays of a tunnel to which things happen, one each second. */
function staysThrough(events: readonly TunnelEvent[], settings: TunnelInput = {}): Stay[] {
  const clock = createVirtualClock();
  let nowMs = 0;
  let stay = firstStay(at(nowMs));
  const actor = createActor(machine, {
    input: { rules: 'holdfast', gateSeconds: 0, hasHeartbeat: true, missesAllowed: 1, ...settings },
    clock,
  });
  actor.on('*', (fact) => (stay = stayAfterFact(stay, fact, at(nowMs))));
  actor.subscribe((snapshot) => (stay = stayAfterSnapshot(stay, snapshot, at(nowMs))));
  const step = (act: () => void) => {
    nowMs += 1000;
    clock.advance(1000);
    act();
    return stay;
  };
  const stays = [
    step(() => actor.start()),
    ...events.map((event) => step(() => actor.send(event))),
  ];
  actor.stop();
  return stays;
}

const READY = { type: 'child.ready', atMs: 1 } as const;
const ANSWER = { type: 'heartbeat.answered', atMs: 2, roundTripMs: 1 } as const;
const CHANGE = { type: 'network.changed' } as const;

describe('the stay of a tunnel', () => {
  test('is connecting until the first answer, also while the first probe is out', () => {
    const stays = staysThrough([READY, ANSWER]);
    expect(stays.map(({ state, since }) => [state, since])).toEqual([
      ['connecting', at(1000)],
      ['connecting', at(1000)],
      ['healthy', at(3000)],
    ]);
  });

  test('is one health since the first answer, however often it is asked', () => {
    const stays = staysThrough([READY, ANSWER, CHANGE, ANSWER, CHANGE]).slice(2);
    expect(stays.map(({ state, since }) => [state, since])).toEqual([
      ['healthy', at(3000)],
      ['probing', at(3000)],
      ['healthy', at(3000)],
      ['probing', at(3000)],
    ]);
  });

  test('knows when the next start is due, and what for, until it is due', () => {
    const failure = { class: 'unreachable', sentence: 'refused' } as const;
    const exited = { type: 'child.exited', status: 255, signal: null, atMs: 5, failure } as const;
    const [, waiting, started] = staysThrough([{ ...exited, chance: 1 }, { type: 'tunnel.retry' }]);
    expect(waiting).toEqual({
      state: 'backoff',
      since: at(2000),
      nextStart: at(3000),
      doubt: null,
      failed: at(2000),
    });
    expect(started).toEqual({
      state: 'connecting',
      since: at(3000),
      nextStart: null,
      doubt: null,
      failed: at(2000),
    });
  });

  test('has no next start after the end', () => {
    const failure = { class: 'usage', sentence: 'bad option' } as const;
    const exited = { type: 'child.exited', status: 255, signal: null, atMs: 5, failure } as const;
    const end = staysThrough([exited]).at(-1);
    expect(end).toEqual({
      state: 'failed',
      since: at(2000),
      nextStart: null,
      doubt: null,
      failed: at(2000),
    });
  });
});

describe('the stay of a tunnel whose ssh is silent', () => {
  const SETTINGS = { patienceSeconds: 300, challenges: true };
  const MISS = { type: 'heartbeat.missed', reason: 'no answer', atMs: 3, silentMs: 1 } as const;
  const PROVED = [READY, ANSWER, CHANGE] as const;
  const SPAWNED = { type: 'child.spawned', slot: 'b', pid: 7, atMs: 4 } as const;
  const IN = { type: 'child.ready', slot: 'b', atMs: 5, sight: null } as const;
  const failure = { class: 'unreachable', sentence: 'it timed out' } as const;
  const exited = { type: 'child.exited', status: 255, signal: null, atMs: 9, failure } as const;

  /** What is doubted from the first miss on. */
  const doubts = (...events: readonly TunnelEvent[]) =>
    staysThrough([...PROVED, MISS, ...events], SETTINGS)
      .slice(PROVED.length + 1)
      .map(({ doubt }) => doubt);

  test('knows since when, and what the second one has come to', () => {
    const since = at(5000);
    const told = { since, isLasting: false, graceEnds: null, defeat: null } as const;
    expect(doubts(SPAWNED, IN)).toEqual([
      { ...told, challenger: 'none' },
      { ...told, challenger: 'trying' },
      // As long as it had been silent by then, by the times of the events.
      { ...told, challenger: 'in', graceEnds: { wallMs: 1_007_003, monotonicMs: 7003 } },
    ]);
  });

  test('has lasted after five seconds', () => {
    const lasting = doubts(MISS, MISS, MISS, MISS, MISS).map((doubt) => doubt?.isLasting);
    expect(lasting).toEqual([false, false, false, false, false, true]);
  });

  test('has no second one any more when that came to nothing', () => {
    const [, , trying, none] = doubts(SPAWNED, MISS, { ...exited, slot: 'b' });
    expect([trying?.challenger, none?.challenger]).toEqual(['trying', 'none']);
    expect([trying?.defeat, none?.defeat]).toEqual([
      null,
      { at: at(8000), sentence: failure.sentence, isLast: false },
    ]);
  });

  test.each([
    ['an answer', ANSWER],
    ['a stop', { type: 'tunnel.stop' }],
    ['the end of ssh', exited],
  ] as const)('is not doubted any more after %s', (_, event) => {
    expect(doubts(MISS, event).at(-1)).toBeNull();
  });

  test('is healthy as long as before, whatever is doubted', () => {
    const stays = staysThrough([...PROVED, MISS, ANSWER, CHANGE, MISS], SETTINGS).slice(2);
    expect(new Set(stays.map(({ since }) => since.monotonicMs))).toEqual(new Set([3000]));
  });
});

test('a start that waits to be granted is not due by the clock', () => {
  const stay: Stay = { ...firstStay(at(0)), state: 'backoff', nextStart: at(5000) };
  const asked: TunnelEmitted = { type: 'start.asked' };
  expect(stayAfterFact(stay, asked, at(5000)).nextStart).toBeNull();
});

test.each([
  ['healthy', true],
  ['probing', true],
  ['gating', false],
  ['connecting', false],
  ['backoff', false],
  ['stopping', false],
  ['stopped', false],
  ['failed', false],
] as const)('a tunnel that is %s carries traffic: %s', (state, carries) => {
  expect(isHealthyState(state)).toBe(carries);
});
