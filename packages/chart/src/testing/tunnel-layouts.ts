import { tunnelMachine } from '@holdfast/machines';
import { chartOf } from '../chart-of.ts';
import { assembleLayout, type PlacedChart } from '../lay-out/assemble-layout.ts';
import { sizeChart, type SizedChart } from '../lay-out/sized-chart.ts';
import type { Layout } from '../layout.ts';

type Place = (sized: SizedChart) => Promise<PlacedChart>;

/** Both layouts of the tunnel machine, made anew. */
export async function tunnelLayouts(place: Place): Promise<Record<'full' | 'brief', Layout>> {
  const chart = chartOf(tunnelMachine);
  const [full, brief] = [sizeChart(chart, 'full'), sizeChart(chart, 'brief')];
  return {
    full: assembleLayout(full, await place(full)),
    brief: assembleLayout(brief, await place(brief)),
  };
}
