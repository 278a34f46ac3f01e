import type { TunnelStatus } from '@holdfast/engine';
import { chartOf, tunnelLayout } from '@holdfast/chart';
import { tunnelMachine } from '@holdfast/machines';
import type { DrawnChart, InspectorRow } from '../api.ts';

/** What a status does not say, and a row does. */
export type RowFacts = Pick<InspectorRow, 'active' | 'taken' | 'roundTripsMs'>;

/** The row of a tunnel; `redact` takes out of ssh's words what is nobody's business. */
export function tunnelRow(
  status: TunnelStatus,
  facts: RowFacts,
  redact: (text: string) => string,
): InspectorRow {
  const { name, host, state, isDegraded, needsAttention, phase, starts, failure } = status;
  return {
    name,
    chart: TUNNEL_CHART,
    state,
    active: facts.active,
    taken: facts.taken,
    sinceMs: Date.parse(status.since),
    isDegraded,
    isSuspect: status.suspect !== null,
    needsAttention,
    phase,
    host: redact(host),
    starts,
    nextStartAtMs: status.nextStartAt === null ? null : Date.parse(status.nextStartAt),
    failureClass: failure?.class ?? null,
    failureSentence: failure === null ? null : redact(failure.sentence),
    roundTripsMs: facts.roundTripsMs.map(toTenths),
  };
}

/** Id of the chart of every tunnel. */
export const TUNNEL_CHART = 'tunnel';

/** A graph of a few pixels shows no more, and the row is sent again and again. */
function toTenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

let drawn: DrawnChart | undefined;

/** The chart of every tunnel, as it was laid out when this was built; made once. */
export function drawnTunnelChart(): DrawnChart {
  drawn ??= { chart: chartOf(tunnelMachine), layout: tunnelLayout };
  return drawn;
}
