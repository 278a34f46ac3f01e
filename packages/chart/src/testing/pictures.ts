import { TUNNEL_STATES, tunnelMachine } from '@holdfast/machines';
import { chartOf } from '../chart-of.ts';
import { drawSvg } from '../draw/index.ts';
import { toMermaid } from '../mermaid/to-mermaid.ts';
import { tunnelLayout, tunnelLayoutBrief } from '../tunnel-layout.ts';

const chart = chartOf(tunnelMachine);

/** The pictures of docs/chart, by the names of their files. */
export function pictures(): ReadonlyMap<string, string> {
  const states = TUNNEL_STATES.map((name) => [`${name}.svg`, stateText(name)] as const);
  return new Map([
    ['tunnel.svg', text(drawSvg(chart, tunnelLayout))],
    ['tunnel-dark.svg', text(drawSvg(chart, tunnelLayout, { theme: 'dark' }))],
    ...states,
  ]);
}

/** The diagram of machines/README.md. */
export function diagram(): string {
  return toMermaid(chart);
}

function stateText(name: string): string {
  const { path } = chart.states.find((state) => state.name === name)!;
  const names = path.split('.');
  const active = names.map((_, index) => names.slice(0, index + 1).join('.'));
  return text(drawSvg(chart, tunnelLayoutBrief, { active, title: `tunnel: ${name}` }));
}

function text(svg: string): string {
  return `${svg}\n`;
}
