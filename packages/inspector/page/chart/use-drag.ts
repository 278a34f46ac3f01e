import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ChartView } from './use-chart-view.ts';

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
