import type { Bodies } from './body.ts';
import type { InspectorCommand } from './groups.ts';
import { runChart } from './inspector/run-chart.ts';
import { runRecord } from './inspector/run-record.ts';
import { runReplay } from './inspector/run-replay.ts';
import { runReport } from './inspector/run-report.ts';
import { runProcess } from './run-holdfast.ts';

/** The commands that draw machines, or play what they did. */
export const INSPECTOR_BODIES: Bodies<InspectorCommand> = {
  chart: runChart,
  record: runRecord,
  replay: runReplay,
  report: runReport,
};

// The supervisor loads this program for the inspector's page, and only then.
export { openFleetInspector } from './inspector/open-fleet-inspector.ts';

export function main(words: readonly string[], script: string): void {
  void runProcess(INSPECTOR_BODIES, words, script);
}
