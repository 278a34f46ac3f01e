import type { Chart } from '../chart.ts';
import type { Layout } from '../layout.ts';
import type { Detail } from '../text/transition-lines.ts';
import { assembleLayout } from './assemble-layout.ts';
import { placeWithDagre } from './place-with-dagre.ts';
import { sizeChart } from './sized-chart.ts';

/** What is laid out. */
export interface LayOutOptions {
  /** With the names of actions, or without. @default 'full' */
  readonly detail?: Detail;
}

/** Lays out the chart of any machine, in milliseconds; sizes are for the type that `drawSvg` sets. */
export function layOut(chart: Chart, { detail = 'full' }: LayOutOptions = {}): Layout {
  const sized = sizeChart(chart, detail);
  return assembleLayout(sized, placeWithDagre(sized));
}
