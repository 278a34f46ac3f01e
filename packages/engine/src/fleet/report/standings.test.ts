import { expect, test, vi } from 'vitest';
import type { FleetEvent } from '../fleet-event.ts';
import { createStandings } from './standings.ts';

const about = (type: string) => ({ tunnel: 'db', fact: { type } }) as FleetEvent;

test('a tunnel stands since it became degraded or well, and not since each answer', () => {
  vi.useFakeTimers({ now: 0 });
  let status = { isDegraded: false, isHealthy: false };
  const standings = createStandings(() => status);
  expect(standings.since('db')).toBeUndefined();
  const seen: (number | undefined)[] = [];
  const step = (type: string, next: typeof status) => {
    vi.advanceTimersByTime(1000);
    status = next;
    standings.hear(about(type));
    seen.push(standings.since('db')?.wallMs);
  };
  const well = { isDegraded: false, isHealthy: true };
  const degraded = { isDegraded: true, isHealthy: false };
  step('tunnel.proved', { isDegraded: false, isHealthy: false });
  step('checks.passed', well);
  step('probe.answered', well);
  step('check.failed', degraded);
  step('check.failed', degraded);
  step('check.passed', well);
  expect(seen).toEqual([1000, 2000, 2000, 4000, 4000, 6000]);
  vi.useRealTimers();
});
