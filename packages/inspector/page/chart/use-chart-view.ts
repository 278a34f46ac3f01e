import type { Layout, Point } from '@holdfast/chart';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import {
  betweenViews,
  centreView,
  fitView,
  panView,
  type Size,
  type View,
  viewBoxOf,
  zoomView,
} from './view.ts';

/** All of the chart; the current state, wherever it goes; or what the reader chose. */
export type ViewMode = 'fit' | 'follow' | 'free';

/** What is seen of a chart, and how to see something else. */
export interface ChartView {
  readonly mode: ViewMode;
  readonly setMode: (mode: ViewMode) => void;
  /** Around a point of the screen; without one, around the middle. */
  readonly zoom: (factor: number, around?: Point) => void;
  /** By so many pixels of the screen. */
  readonly pan: (by: Point) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** Below this scale a chart's words are too small to be read: the page follows the current state instead. */
const READABLE = 0.62;
const FOLLOW_SCALE = 1;

/** Below this scale only the names of states are shown, and these larger: a map instead of a text. */
const FAR = 0.42;
const KEY_STEP = 60;

/** Keeps the part of a chart that is seen. It is set on the picture itself, so that moving it draws nothing anew. */
export function useChartView(
  layout: Layout,
  svg: SVGSVGElement | null,
  screen: Size,
  current: string,
): ChartView {
  const [chosen, setMode] = useState<ViewMode | null>(null);
  const view = useRef<View | null>(null);
  const hasRoom = screen.width > 0 && screen.height > 0;
  const mode = chosen ?? (hasRoom && fitView(layout, screen).scale < READABLE ? 'follow' : 'fit');

  function show(next: View): void {
    view.current = next;
    svg?.setAttribute('viewBox', viewBoxOf(next, screen));
    svg?.classList.toggle('is-far', next.scale < FAR);
  }

  useEffect(() => {
    if (svg === null || !hasRoom) return undefined;
    const next = wanted(mode, layout, screen, current) ?? view.current ?? fitView(layout, screen);
    if (mode !== 'follow' || view.current === null) return show(next);
    return glide(view.current, next, show);
  }, [svg, mode, screen, mode === 'follow' ? current : '']);

  const zoom = (factor: number, around = { x: screen.width / 2, y: screen.height / 2 }) => {
    if (view.current === null) return;
    show(zoomView(view.current, factor, around));
    setMode('free');
  };
  const pan = (by: Point) => {
    if (view.current === null) return;
    show(panView(view.current, by, layout, screen));
    setMode('free');
  };
  return { mode, setMode, zoom, pan, onKeyDown: (event) => takeKey(event, { zoom, pan, setMode }) };
}

function wanted(mode: ViewMode, layout: Layout, screen: Size, current: string): View | undefined {
  if (mode === 'fit') return fitView(layout, screen);
  const box = layout.states[current];
  if (mode === 'free' || box === undefined) return undefined;
  return centreView(box, Math.max(FOLLOW_SCALE, fitView(layout, screen).scale), layout, screen);
}

const PANS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -KEY_STEP, y: 0 },
  ArrowRight: { x: KEY_STEP, y: 0 },
  ArrowUp: { x: 0, y: -KEY_STEP },
  ArrowDown: { x: 0, y: KEY_STEP },
};

function takeKey(event: KeyboardEvent, view: Pick<ChartView, 'zoom' | 'pan' | 'setMode'>): void {
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey) return;
  const by = PANS[event.key];
  if (by !== undefined) view.pan(by);
  else if (event.key === '+' || event.key === '=') view.zoom(1.25);
  else if (event.key === '-') view.zoom(0.8);
  else if (event.key === '0') view.setMode('fit');
  else return;
  event.preventDefault();
}

const GLIDE_MS = 350;

/** Goes from one view to another in small steps, or at once where motion is not wanted; returns how to stop. */
function glide(from: View, to: View, show: (view: View) => void): () => void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    show(to);
    return () => undefined;
  }
  const startMs = performance.now();
  let frame = requestAnimationFrame(step);
  function step(nowMs: number): void {
    const part = Math.min(1, Math.max(0, (nowMs - startMs) / GLIDE_MS));
    show(betweenViews(from, to, part));
    if (part < 1) frame = requestAnimationFrame(step);
  }
  return () => cancelAnimationFrame(frame);
}

/** Below this movement, in pixels, a press is a click. */
const SLOP = 3;

/** The wheel zooms and dragging moves. */
export function useDrag(element: RefObject<HTMLElement>, view: ChartView): void {
  const latest = useRef(view);
  latest.current = view;
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const onWheel = (event: WheelEvent) => zoomByWheel(event, current, latest.current);
    const onDown = (event: PointerEvent) => followPointer(event, current, () => latest.current);
    // Not passive: the page must not scroll as well.
    current.addEventListener('wheel', onWheel, { passive: false });
    current.addEventListener('pointerdown', onDown);
    return () => {
      current.removeEventListener('wheel', onWheel);
      current.removeEventListener('pointerdown', onDown);
    };
  }, [element]);
}

/** Where the page itself scrolls, the wheel is the page's, until the chart has the focus or Ctrl is held. */
function zoomByWheel(event: WheelEvent, element: HTMLElement, view: ChartView): void {
  const isMeant = event.ctrlKey || event.metaKey || document.activeElement === element;
  if (!isMeant && !matchMedia('(min-width: 1280px)').matches) return;
  event.preventDefault();
  const { left, top } = element.getBoundingClientRect();
  view.zoom(Math.exp(-event.deltaY / 500), { x: event.clientX - left, y: event.clientY - top });
}

function followPointer(down: PointerEvent, element: HTMLElement, view: () => ChartView): void {
  if (down.button !== 0 || !(down.target instanceof SVGElement)) return;
  let last = { x: down.clientX, y: down.clientY };
  let isDragging = false;
  const onMove = ({ clientX: x, clientY: y }: PointerEvent) => {
    if (!isDragging && Math.hypot(x - last.x, y - last.y) < SLOP) return;
    if (!isDragging) element.setPointerCapture(down.pointerId);
    isDragging = true;
    view().pan({ x: last.x - x, y: last.y - y });
    last = { x, y };
  };
  const onEnd = () => {
    element.removeEventListener('pointermove', onMove);
    element.removeEventListener('pointerup', onEnd);
    element.removeEventListener('pointercancel', onEnd);
  };
  element.addEventListener('pointermove', onMove);
  element.addEventListener('pointerup', onEnd);
  element.addEventListener('pointercancel', onEnd);
}
