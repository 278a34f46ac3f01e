export type { Chart, ChartState, ChartStateKind, ChartTransition, ChartTrigger } from './chart.ts';
export type { Box, Layout, Point, Route } from './layout.ts';
