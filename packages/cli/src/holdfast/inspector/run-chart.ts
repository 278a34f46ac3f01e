import { chartOf, configOf, toMermaid, tunnelLayout, type Chart } from '@holdfast/chart';
import { drawSvg } from '@holdfast/chart/draw';
import { tunnelMachine } from '@holdfast/machines';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { leavesOf, lineageOf, statePath } from './run-chart-state.ts';

/** What is to be printed. */
interface Wish {
  readonly chart: Chart;
  /** The path of a state; `undefined`: the whole chart. */
  readonly state: string | undefined;
  readonly theme: 'light' | 'dark';
}

const FORMATS: Readonly<Record<string, (wish: Wish) => string>> = {
  json: ({ state }) => JSON.stringify(configAt(state), null, 2),
  mermaid: ({ chart, state }) =>
    toMermaid(chart, state === undefined ? {} : { active: leavesOf(chart, state) }),
  svg: ({ chart, state, theme }) =>
    drawSvg(chart, tunnelLayout, { theme, active: state === undefined ? [] : lineageOf(state) }),
};

export function runChart({ values, terminal }: ContextOf<'chart'>): number {
  const chart = chartOf(tunnelMachine);
  const state = values.state === undefined ? undefined : statePath(chart, values.state);
  const theme = values.theme === 'dark' ? 'dark' : 'light';
  terminal.out(`${FORMATS[values.format ?? 'json']!({ chart, state, theme })}\n`);
  return HOLDFAST_EXIT.ok;
}

/** The configuration of the machine, or of one state of it. */
function configAt(state: string | undefined): unknown {
  let config: unknown = configOf(tunnelMachine);
  for (const name of state?.split('.') ?? [])
    config = (config as { states: Record<string, unknown> }).states[name];
  return config;
}
