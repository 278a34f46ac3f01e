import type { Fleet, FleetEvent, FleetStatus } from '@holdfast/engine';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sampleTunnel } from '../testing/sample-status.ts';
import { tellSystemd } from './tell-systemd.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function stage(watchdogMs?: number) {
  const sent: string[] = [];
  const told$ = new Subject<FleetEvent>();
  const tunnels = [sampleTunnel()];
  const fleet = { told$, status: () => ({ tunnels }) as unknown as FleetStatus };
  const manager = tellSystemd(
    { socket: '/notify', watchdogMs },
    // Without a socket nobody is asked.
    { fleet: fleet as Pick<Fleet, 'status' | 'told$'>, place: () => undefined },
    (assignments) => Promise.resolve(sent.push(assignments.join(' '))),
  );
  const change = (state: 'healthy' | 'stopped') => {
    tunnels[0] = sampleTunnel({ state });
    told$.next({ level: 'info' } as FleetEvent);
  };
  return { manager, sent, change };
}

test('systemd hears that it is ready, reads its file, and ends', async () => {
  const { manager, sent } = stage();
  manager.ready();
  await manager.close();
  let done!: () => void;
  manager.reloading(new Promise<void>((resolve) => (done = resolve)));
  await vi.advanceTimersByTimeAsync(60_000);
  done();
  await vi.advanceTimersByTimeAsync(0);
  manager.reloading(Promise.reject(new Error('the file has errors')));
  await vi.advanceTimersByTimeAsync(0);
  manager.stopping();
  await manager.close();
  expect(sent).toEqual([
    'STATUS=1 of 1 healthy',
    'READY=1',
    'RELOADING=1',
    'READY=1',
    'RELOADING=1',
    'READY=1',
    'STOPPING=1',
  ]);
});

test('what changes within some seconds is one status line', async () => {
  const { manager, sent, change } = stage();
  manager.ready();
  await vi.advanceTimersByTimeAsync(0);
  sent.length = 0;
  for (const state of ['stopped', 'healthy', 'stopped'] as const) change(state);
  await vi.advanceTimersByTimeAsync(4999);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual(['STATUS=0 of 1 healthy; db: stopped']);
});

test('a watched supervisor gives three signs of life in the time that one is waited for', async () => {
  const { manager, sent } = stage(30_000);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(sent.filter((message) => message.startsWith('WATCHDOG=1'))).toHaveLength(3);
  manager.stopping();
  sent.length = 0;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toEqual([]);
});

test('nobody is told anything without systemd', async () => {
  const supervisor = { fleet: {} as Fleet, place: () => undefined };
  const manager = tellSystemd(undefined, supervisor);
  manager.ready();
  manager.stopping();
  expect(await manager.close()).toBeUndefined();
});
