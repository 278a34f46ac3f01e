import type { Bodies } from './body.ts';
import type { InspectorCommand } from './groups.ts';
import { runChart } from './inspector/run-chart.ts';
import { runProcess } from './run-holdfast.ts';

/** The commands that draw machines, or play what they did. */
export const INSPECTOR_BODIES: Bodies<InspectorCommand> = {
  chart: runChart,
};

export function main(words: readonly string[], script: string): void {
  void runProcess(INSPECTOR_BODIES, words, script);
}
