export { activePaths } from './active-paths.ts';
export { chartOf } from './chart-of.ts';
export { configOf, type Json } from './config-of.ts';
export { toMermaid, type MermaidOptions } from './mermaid/to-mermaid.ts';
export { transitionId, triggerText } from './transition-names.ts';
export { tunnelLayout, tunnelLayoutBrief } from './tunnel-layout.ts';
export type { Chart, ChartState, ChartStateKind, ChartTransition, ChartTrigger } from './chart.ts';
export type { Box, Layout, Point, Route } from './layout.ts';
