import type { PlacedChart } from '../src/lay-out/assemble-layout.ts';
import type { SizedChart } from '../src/lay-out/sized-chart.ts';

/** Places a chart with elkjs, which takes its time and its space: for pictures that are made once. */
export function placeWithElk(sized: SizedChart): Promise<PlacedChart>;
