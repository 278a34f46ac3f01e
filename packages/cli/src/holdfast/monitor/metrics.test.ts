import type { FleetEvent, FleetStatus, TunnelStatus } from '@holdfast/engine';
import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { sampleTunnel } from '../testing/sample-status.ts';
import { createFleetMetrics } from './metrics.ts';

function stage(...first: readonly Partial<TunnelStatus>[]) {
  const event$ = new Subject<FleetEvent>();
  let tunnels = first.map((each) => sampleTunnel(each));
  const metrics = createFleetMetrics(
    {
      event$,
      status: () => ({ tunnels }) as unknown as FleetStatus,
      describe: (name) => tunnels.find((each) => each.name === name)!,
    },
    '1.2.3',
  );
  const tell = (fact: FleetEvent['fact'], tunnel: string | null = 'db') =>
    event$.next({ tunnel, fact } as FleetEvent);
  const lines = async () =>
    (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return { metrics, tell, lines, remove: () => (tunnels = []) };
}

test('a fleet is told as it is', async () => {
  const forwards = [
    { kind: 'local', text: '5432:db:5432', isBound: true, isExtra: false },
    { kind: 'local', text: '80:web:80', isBound: false, isExtra: false },
  ] as const;
  const { lines } = stage({ forwards, answeredAt: '2026-01-31T12:00:00.000Z' });
  const told = await lines();
  expect(told).toContain('holdfast_build_info{version="1.2.3"} 1');
  expect(told).toContain('holdfast_tunnel_state{tunnel="db",state="healthy"} 1');
  expect(told).toContain('holdfast_tunnel_state{tunnel="db",state="backoff"} 0');
  expect(told).toContain('holdfast_tunnel_healthy{tunnel="db"} 1');
  expect(told).toContain('holdfast_tunnel_starts_total{tunnel="db"} 0');
  expect(told).toContain('holdfast_tunnel_last_answer_timestamp_seconds{tunnel="db"} 1769860800');
  expect(told).toContain('holdfast_forward_bound{tunnel="db",state="bound"} 1');
  expect(told).toContain('holdfast_forward_bound{tunnel="db",state="missing"} 1');
});

test('what happens is counted', async () => {
  const { lines, tell } = stage({ roundTripMs: 12.4 });
  const failure = { class: 'unreachable', sentence: 'db.internal:5432 is not there' } as const;
  tell({ type: 'start.began', start: 1, maxStarts: -1 });
  tell({ type: 'backoff.began', tries: 1, graceSeconds: 1, failure });
  tell({ type: 'backoff.began', tries: 1, graceSeconds: 1 });
  tell({ type: 'tunnel.switched', pid: 7, start: 2, maxStarts: -1 });
  tell({ type: 'probe.answered', pid: 7, pollSeconds: 5 });
  tell({ type: 'credentials.changed' }, null);
  const told = await lines();
  expect(told).toContain('holdfast_tunnel_starts_total{tunnel="db"} 2');
  expect(told).toContain('holdfast_tunnel_failures_total{tunnel="db",class="unreachable"} 1');
  expect(told).toContain('holdfast_probe_round_trip_seconds_bucket{le="0.01",tunnel="db"} 0');
  expect(told).toContain('holdfast_probe_round_trip_seconds_bucket{le="0.025",tunnel="db"} 1');
  expect(told.join()).not.toContain('5432');
});

test('a tunnel that is removed takes its series along', async () => {
  const { lines, tell, remove } = stage({});
  const failure = { class: 'auth', sentence: 'no key' } as const;
  tell({ type: 'start.began', start: 1, maxStarts: -1 });
  tell({ type: 'backoff.began', tries: 1, graceSeconds: 1, failure });
  tell({ type: 'probe.answered', pid: 7, pollSeconds: 5 });
  await lines();
  remove();
  tell({ type: 'tunnel.removed' });
  expect((await lines()).join()).not.toContain('tunnel="db"');
});

test('nothing is counted after the end', async () => {
  const { metrics, lines, tell } = stage({});
  metrics.end();
  tell({ type: 'start.began', start: 1, maxStarts: -1 });
  expect(await lines()).toContain('holdfast_tunnel_starts_total{tunnel="db"} 0');
});
