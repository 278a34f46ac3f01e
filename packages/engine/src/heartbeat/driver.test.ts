import type { HeartbeatCommand, HeartbeatEvent } from '@holdfast/machines';
import { lastValueFrom, of, Subject, throwError, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { heartbeat$, noHeartbeat, type HeartbeatDriver, type ProbeTarget } from './driver.ts';

const PROBE = { type: 'heartbeat.probe' } as const;
const ANSWERED = { type: 'heartbeat.answered' } as const;

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
    const driver: HeartbeatDriver = { probe: (target) => (targets.push(target), of(ANSWERED)) };
    heartbeat$(driver, () => ({ pid }), order$).subscribe((answer) => answers.push(answer));
    order$.next(PROBE);
    pid = 200;
    order$.next(PROBE);
    expect(answers).toEqual([ANSWERED, ANSWERED]);
    expect(targets).toEqual([{ pid: 100 }, { pid: 200 }]);
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
    probes[0]!.next(ANSWERED);
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
