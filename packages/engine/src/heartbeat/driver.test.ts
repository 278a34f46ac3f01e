import type { HeartbeatCommand, HeartbeatEvent } from '@holdfast/machines';
import { lastValueFrom, of, Subject, throwError, toArray } from 'rxjs';
import { describe, expect, test, vi } from 'vitest';
import { heartbeat$, noHeartbeat, type HeartbeatDriver, type ProbeTarget } from './driver.ts';

const PROBE = { type: 'heartbeat.probe' } as const;
const ANSWER = { type: 'heartbeat.answered' } as const;
/** An answer, with its time. */
const ANSWERED = { ...ANSWER, atMs: expect.any(Number), roundTripMs: expect.any(Number) };

test('the driver of a tunnel without a heartbeat says that it cannot ask', async () => {
  const answers = await lastValueFrom(noHeartbeat.probe({ pid: 1 }).pipe(toArray()));
  expect(answers).toEqual([
    { type: 'heartbeat.impossible', reason: 'this tunnel has no heartbeat' },
  ]);
});

describe('the heartbeat of one ssh', () => {
  test('is one answer for each order to probe, with the ssh of that moment', () => {
    const order$ = new Subject<HeartbeatCommand>();
    const targets: ProbeTarget[] = [];
    let pid = 100;
    const answers: HeartbeatEvent[] = [];
    const driver: HeartbeatDriver = { probe: (target) => (targets.push(target), of(ANSWER)) };
    heartbeat$(driver, () => ({ pid }), order$).subscribe((answer) => answers.push(answer));
    order$.next(PROBE);
    pid = 200;
    order$.next(PROBE);
    expect(answers).toEqual([ANSWERED, ANSWERED]);
    expect(targets).toEqual([{ pid: 100 }, { pid: 200 }]);
  });

  test('hands on how long the answer may take', () => {
    const order$ = new Subject<HeartbeatCommand>();
    const targets: ProbeTarget[] = [];
    const driver: HeartbeatDriver = { probe: (target) => (targets.push(target), of(ANSWER)) };
    heartbeat$(driver, () => ({ pid: 1 }), order$).subscribe();
    order$.next({ ...PROBE, timeoutMs: 1234 });
    expect(targets).toEqual([{ pid: 1, timeoutMs: 1234 }]);
  });

  test('times each answer from the moment it was asked for, and only answers', () => {
    const now = vi.spyOn(performance, 'now');
    const order$ = new Subject<HeartbeatCommand>();
    const probes: Subject<HeartbeatEvent>[] = [];
    const driver: HeartbeatDriver = { probe: () => probes[probes.push(new Subject()) - 1]! };
    const answers: HeartbeatEvent[] = [];
    heartbeat$(driver, () => ({ pid: 1 }), order$).subscribe((answer) => answers.push(answer));
    now.mockReturnValue(1000);
    order$.next(PROBE);
    order$.next(PROBE);
    now.mockReturnValue(1250);
    probes[0]!.next(ANSWER);
    now.mockReturnValue(2000);
    probes[0]!.complete();
    now.mockReturnValue(2001);
    probes[1]!.next(ANSWER);
    probes[1]!.complete();
    order$.next(PROBE);
    probes[2]!.next({ type: 'heartbeat.missed', reason: 'silence' });
    now.mockRestore();
    expect(answers).toEqual([
      { ...ANSWER, atMs: 1250, roundTripMs: 250 },
      { ...ANSWER, atMs: 2001, roundTripMs: 1 },
      { type: 'heartbeat.missed', reason: 'silence' },
    ]);
  });

  test('asks one thing at a time', () => {
    const order$ = new Subject<HeartbeatCommand>();
    const probes: Subject<HeartbeatEvent>[] = [];
    const driver: HeartbeatDriver = {
      probe() {
        const probe$ = new Subject<HeartbeatEvent>();
        probes.push(probe$);
        return probe$;
      },
    };
    const answers: HeartbeatEvent[] = [];
    heartbeat$(driver, () => ({ pid: 1 }), order$).subscribe((answer) => answers.push(answer));
    order$.next(PROBE);
    order$.next(PROBE);
    expect(probes).toHaveLength(1);
    probes[0]!.next(ANSWER);
    probes[0]!.complete();
    expect([probes.length, answers]).toEqual([2, [ANSWERED]]);
  });

  test('hears an order that is the reply to an answer', () => {
    const order$ = new Subject<HeartbeatCommand>();
    const missed = { type: 'heartbeat.missed', reason: 'silence' } as const;
    const answers: HeartbeatEvent[] = [];
    heartbeat$({ probe: () => of(missed) }, () => ({ pid: 1 }), order$).subscribe((answer) => {
      answers.push(answer);
      if (answers.length < 2) order$.next(PROBE);
    });
    order$.next(PROBE);
    expect(answers).toEqual([missed, missed]);
  });

  test.each<[title: string, driver: HeartbeatDriver]>([
    ['throws', { probe: () => fail() }],
    ['fails', { probe: () => throwError(() => new Error('out of order')) }],
  ])('is impossible with a driver that %s', (_, driver) => {
    const order$ = new Subject<HeartbeatCommand>();
    const answers: HeartbeatEvent[] = [];
    heartbeat$(driver, () => ({ pid: 1 }), order$).subscribe((answer) => answers.push(answer));
    order$.next(PROBE);
    expect(answers).toEqual([{ type: 'heartbeat.impossible', reason: 'out of order' }]);
  });

  test('never speaks when the tunnel has none', () => {
    const order$ = new Subject<HeartbeatCommand>();
    const answers: HeartbeatEvent[] = [];
    heartbeat$(noHeartbeat, () => ({ pid: 1 }), order$).subscribe((answer) => answers.push(answer));
    order$.next(PROBE);
    expect(answers).toEqual([]);
  });
});

function fail(): never {
  throw new Error('out of order');
}
