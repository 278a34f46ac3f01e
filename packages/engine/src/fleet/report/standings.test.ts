import { expect, test, vi } from 'vitest';
import type { FleetEvent } from '../fleet-event.ts';
import { createStandings } from './standings.ts';
import type { TunnelStatus } from './status.ts';

type Standing = Pick<TunnelStatus, 'isDegraded' | 'isHealthy' | 'suspect'>;

const checking: Standing = { isDegraded: false, isHealthy: false, suspect: null };
const well: Standing = { ...checking, isHealthy: true };
const degraded: Standing = { ...checking, isDegraded: true };
const suspect = { since: '', isLasting: true, challenger: 'none', until: '' } as const;

const about = (type: string) => ({ tunnel: 'db', fact: { type } }) as FleetEvent;

test('a tunnel stands since it became degraded, well or suspect, and not since each answer', () => {
  vi.useFakeTimers({ now: 0 });
  let status: Standing = checking;
  const standings = createStandings(() => status);
  expect(standings.since('db')).toBeUndefined();
  const seen: (number | undefined)[] = [];
  const step = (type: string, next: Standing) => {
    vi.advanceTimersByTime(1000);
    status = next;
    standings.hear(about(type));
    seen.push(standings.since('db')?.wallMs);
  };
  step('tunnel.proved', checking);
  step('checks.passed', well);
  step('probe.answered', well);
  step('check.failed', degraded);
  step('check.failed', degraded);
  step('check.passed', well);
  step('suspicion.began', { ...well, suspect });
  step('suspicion.lasts', { ...well, isHealthy: false, suspect });
  step('suspicion.ended', well);
  expect(seen).toEqual([1000, 2000, 2000, 4000, 4000, 6000, 6000, 8000, 9000]);
  vi.useRealTimers();
});
