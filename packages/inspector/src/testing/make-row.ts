import type { InspectorRow } from '../api.ts';

/** A row for tests: of a healthy tunnel, unless told otherwise. */
export function makeRow(row: Partial<InspectorRow> & Pick<InspectorRow, 'name'>): InspectorRow {
  return {
    chart: 'tunnel',
    state: 'healthy',
    active: ['running', 'running.healthy'],
    taken: [],
    sinceMs: 0,
    isDegraded: false,
    isSuspect: false,
    needsAttention: false,
    phase: null,
    host: 'me@bastion',
    starts: 1,
    nextStartAtMs: null,
    failureClass: null,
    failureSentence: null,
    roundTripsMs: [],
    ...row,
  };
}
