import type { Fleet, FleetEvent, TunnelStatus } from '@holdfast/engine';
import { FAILURE_CLASSES, TUNNEL_STATES } from '@holdfast/machines';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { isHealthy } from '../status/health.ts';

/** As much of a fleet as is measured. */
export type MeasuredFleet = Pick<Fleet, 'status' | 'describe' | 'event$'>;

/** The metrics of a fleet, as Prometheus reads them. */
export interface FleetMetrics {
  readonly contentType: string;
  /** All of it, in the text format. */
  text(): Promise<string>;
  /** Counts nothing any more. */
  end(): void;
}

/** From a local network to a satellite, and what a probe may take at most. */
const ROUND_TRIP_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

/**
 * Counts what a fleet does from now on, and tells how it is when it is asked.
 *
 * Labels are the tunnel, its state, and the class of a failure, so that nobody learns addresses or ports, and a tunnel costs a bounded
 * number of series. One that is removed takes its series along.
 */
export function createFleetMetrics(fleet: MeasuredFleet, version: string): FleetMetrics {
  const registry = new Registry();
  const parts = createParts(registry);
  parts.build.set({ version }, 1);
  const counting = fleet.event$.subscribe((event) => count(parts, fleet, event));
  return {
    contentType: registry.contentType,
    text() {
      describeAll(parts, fleet.status().tunnels);
      return registry.metrics();
    },
    end: () => counting.unsubscribe(),
  };
}

type Parts = ReturnType<typeof createParts>;

function createParts(registry: Registry) {
  const registers = [registry];
  const gauge = <TLabel extends string>(name: string, help: string, ...labelNames: TLabel[]) =>
    new Gauge({ name: `holdfast_${name}`, help, labelNames, registers });
  const counter = <TLabel extends string>(name: string, help: string, ...labelNames: TLabel[]) =>
    new Counter({ name: `holdfast_${name}`, help, labelNames, registers });
  return {
    build: gauge('build_info', 'The version that runs; always 1.', 'version'),
    state: gauge('tunnel_state', '1 for the state a tunnel is in, else 0.', 'tunnel', 'state'),
    healthy: gauge(
      'tunnel_healthy',
      '1 if a tunnel carries traffic, with every forward there and every check passing, else 0.',
      'tunnel',
    ),
    starts: counter(
      'tunnel_starts_total',
      'How often the ssh of a tunnel was started, or taken over by a second one.',
      'tunnel',
    ),
    failures: counter(
      'tunnel_failures_total',
      'How often ssh ended with a failure, by its class (docs/failures.md).',
      'tunnel',
      'class',
    ),
    roundTrip: new Histogram({
      name: 'holdfast_probe_round_trip_seconds',
      help: 'Round-trip time to the server, smoothed, at each answer to a probe.',
      labelNames: ['tunnel'],
      buckets: ROUND_TRIP_SECONDS,
      registers,
    }),
    answered: gauge(
      'tunnel_last_answer_timestamp_seconds',
      'When the server was last heard, in seconds since 1970.',
      'tunnel',
    ),
    forwards: gauge(
      'forward_bound',
      'How many forwards of a tunnel are there (bound), and how many are not (missing).',
      'tunnel',
      'state',
    ),
  };
}

function count(parts: Parts, fleet: MeasuredFleet, { tunnel, fact }: FleetEvent): void {
  if (tunnel === null) return;
  switch (fact.type) {
    case 'start.began':
    case 'tunnel.switched':
      parts.starts.inc({ tunnel });
      return;
    case 'backoff.began':
      if (fact.failure !== undefined) {
        parts.failures.inc({ tunnel, class: fact.failure.class });
      }
      return;
    case 'probe.answered': {
      const { roundTripMs } = fleet.describe(tunnel);
      if (roundTripMs !== null) parts.roundTrip.observe({ tunnel }, roundTripMs / 1000);
      return;
    }
    case 'tunnel.removed':
      forget(parts, tunnel);
      return;
    default:
  }
}

/** Also what was counted: a name that comes back is another tunnel. */
function forget({ starts, failures, roundTrip }: Parts, tunnel: string): void {
  starts.remove({ tunnel });
  roundTrip.remove({ tunnel });
  for (const each of FAILURE_CLASSES) failures.remove({ tunnel, class: each });
}

function describeAll(parts: Parts, tunnels: readonly TunnelStatus[]): void {
  const { state, healthy, answered, forwards, starts } = parts;
  for (const gauge of [state, healthy, answered, forwards]) gauge.reset();
  for (const tunnel of tunnels) {
    const label = { tunnel: tunnel.name };
    for (const each of TUNNEL_STATES) {
      state.set({ ...label, state: each }, each === tunnel.state ? 1 : 0);
    }
    healthy.set(label, isHealthy(tunnel) ? 1 : 0);
    // From 0 on: a first start that is not seen as one is no rate.
    starts.inc(label, 0);
    if (tunnel.answeredAt !== null) answered.set(label, Date.parse(tunnel.answeredAt) / 1000);
    const bound = tunnel.forwards.filter(({ isBound }) => isBound === true).length;
    forwards.set({ ...label, state: 'bound' }, bound);
    forwards.set({ ...label, state: 'missing' }, tunnel.forwards.length - bound);
  }
}
