import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { DrawnChart } from '../../src/api.ts';
import { useSize } from '../frame/use-size.ts';
import type { Shown } from '../steps/shown.ts';
import { insertChart, markActive, markPointed, markTaken } from './chart-element.ts';
import { Explanation } from './explanation.tsx';
import { type ChartView, useChartView, useDrag } from './use-chart-view.ts';
import { type Explained, innermost, stateName } from './transition-words.ts';
import { Icon, type IconName } from '../frame/icon.tsx';

interface ChartCanvasProps {
  readonly drawn: DrawnChart;
  readonly shown: Shown | null;
  /** Id of a transition that is pointed at outside of the picture. */
  readonly pointed: string | null;
  readonly onPoint: (transition: string | null) => void;
}

/** The picture of a chart: lit, moved, zoomed. */
export function ChartCanvas({ drawn, shown, pointed, onPoint }: ChartCanvasProps) {
  const element = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLDivElement>(null);
  const [svg, setSvg] = useState<SVGSVGElement | null>(null);
  const [state, setState] = useState<string | null>(null);
  const size = useSize(picture);
  const active = shown?.active ?? NOTHING;
  const view = useChartView(drawn.layout, svg, size, innermost(active)[0] ?? '');
  useDrag(element, view);

  useEffect(() => {
    if (picture.current !== null) setSvg(insertChart(picture.current, drawn));
  }, [drawn]);
  useEffect(() => {
    if (svg !== null) markActive(svg, active);
  }, [svg, active.join('\n')]);
  useEffect(() => {
    if (svg !== null) markTaken(svg, shown?.taken ?? NOTHING);
  }, [svg, shown?.takenKey]);
  useEffect(() => {
    if (svg !== null) markPointed(svg, pointed);
  }, [svg, pointed]);

  const explained = useExplained(drawn, pointed, state);
  return (
    <div
      ref={element}
      class="chart-canvas"
      role="group"
      tabIndex={0}
      aria-label={labelOf(drawn, active)}
      onKeyDown={view.onKeyDown}
      onPointerOver={({ target }) => {
        onPoint(attributeOf(target, 'data-transition'));
        setState(attributeOf(target, 'data-state'));
      }}
      onPointerLeave={() => {
        onPoint(null);
        setState(null);
      }}
    >
      <div class="chart-picture" ref={picture} />
      <ChartTools view={view} />
      {explained !== null && <Explanation chart={drawn.chart} explained={explained} />}
    </div>
  );
}

const NOTHING: readonly string[] = [];

function labelOf({ chart }: DrawnChart, active: readonly string[]): string {
  const now = innermost(active).map((path) => stateName(chart, path));
  return `State chart of ${chart.id}, in ${now.join(', ') || 'no state'}. Arrow keys move it, plus and minus zoom, 0 fits it. What may happen next is listed below.`;
}

function attributeOf(target: EventTarget | null, name: string): string | null {
  return target instanceof Element
    ? (target.closest(`[${name}]`)?.getAttribute(name) ?? null)
    : null;
}

function useExplained(
  { chart }: DrawnChart,
  pointed: string | null,
  path: string | null,
): Explained | null {
  return useMemo(() => {
    const transition = chart.transitions.find(({ id }) => id === pointed);
    if (transition !== undefined) return { kind: 'transition', transition };
    const state =
      path === null || path === '' ? undefined : chart.states.find((each) => each.path === path);
    // What is around other states is under the pointer nearly always.
    return state === undefined || state.kind === 'compound' ? null : { kind: 'state', state };
  }, [chart, pointed, path]);
}

/** Buttons for what the wheel and the pointer do. */
function ChartTools({ view }: { readonly view: ChartView }) {
  const { mode, zoom, setMode } = view;
  return (
    <div class="chart-tools" role="group" aria-label="View of the chart">
      <Tool icon="plus" label="Larger" onClick={() => zoom(1.25)} />
      <Tool icon="minus" label="Smaller" onClick={() => zoom(0.8)} />
      <Tool
        icon="fit"
        label="All of the chart"
        isOn={mode === 'fit'}
        onClick={() => setMode('fit')}
      />
      <Tool
        icon="follow"
        label="Follow the current state"
        isOn={mode === 'follow'}
        onClick={() => setMode('follow')}
      />
    </div>
  );
}

interface ToolProps {
  readonly icon: IconName;
  readonly label: string;
  readonly isOn?: boolean;
  readonly onClick: () => void;
}

function Tool({ icon, label, isOn, onClick }: ToolProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      aria-pressed={isOn}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
