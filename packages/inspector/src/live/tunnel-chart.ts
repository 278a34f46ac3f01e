import { chartOf, tunnelLayout } from '@holdfast/chart';
import { tunnelMachine } from '@holdfast/machines';
import type { DrawnChart } from '../api.ts';

let drawn: DrawnChart | undefined;

/** The chart of every tunnel, as it was laid out when this was built; made once. */
export function drawnTunnelChart(): DrawnChart {
  drawn ??= { chart: chartOf(tunnelMachine), layout: tunnelLayout };
  return drawn;
}
