export { drawSvg, type DrawOptions } from './draw-svg.ts';
export { CHART_COLOURS, CHART_RULES } from './style.ts';
