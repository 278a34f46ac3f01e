import { tunnelMachine, type TunnelEmitted, type TunnelEvent } from '@holdfast/machines';
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
function staysThrough(events: readonly TunnelEvent[]): Stay[] {
  let nowMs = 0;
  let stay = firstStay(at(nowMs));
  const actor = createActor(machine, {
    input: { rules: 'holdfast', gateSeconds: 0, hasHeartbeat: true, missesAllowed: 1 },
  });
  actor.on('*', (fact) => (stay = stayAfterFact(stay, fact, at(nowMs))));
  actor.subscribe((snapshot) => (stay = stayAfterSnapshot(stay, snapshot, at(nowMs))));
  const step = (act: () => void) => {
    nowMs += 1000;
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
