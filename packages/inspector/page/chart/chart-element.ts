import { drawSvg } from '@holdfast/chart/draw';
import type { DrawnChart } from '../../src/api.ts';

/** Draws a chart into an element. It is drawn once; later only classes change. */
export function insertChart(
  into: HTMLElement,
  { chart, layout }: DrawnChart,
): SVGSVGElement | null {
  const parsed = new DOMParser().parseFromString(
    drawSvg(chart, layout, { theme: 'css' }),
    'image/svg+xml',
  );
  const svg = document.importNode(parsed.documentElement, true) as unknown as SVGSVGElement;
  // The words under the chart and the card say all that these do, and do not pop up over it.
  for (const title of svg.querySelectorAll('title, desc')) title.remove();
  svg.removeAttribute('role');
  svg.removeAttribute('width');
  svg.removeAttribute('height');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('preserveAspectRatio', 'xMinYMin slice');
  into.replaceChildren(svg);
  return svg;
}

/** Lights the active states. */
export function markActive(svg: SVGSVGElement, active: readonly string[]): void {
  const paths = new Set(active);
  for (const state of svg.querySelectorAll<SVGElement>('[data-state]')) {
    state.classList.toggle('is-active', paths.has(state.dataset['state'] ?? ''));
  }
}

/** Shows the transitions that were just taken; the light fades, and begins anew each time. */
export function markTaken(svg: SVGSVGElement, taken: readonly string[]): void {
  const ids = new Set(taken);
  for (const part of transitionsOf(svg)) {
    const isTaken = ids.has(part.dataset['transition'] ?? '');
    part.classList.toggle('is-taken', isTaken);
    if (isTaken)
      for (const animation of part.getAnimations({ subtree: true })) animation.currentTime = 0;
  }
}

/** Shows a transition that is pointed at. */
export function markPointed(svg: SVGSVGElement, pointed: string | null): void {
  for (const part of transitionsOf(svg)) {
    part.classList.toggle('is-pointed', part.dataset['transition'] === pointed);
  }
}

function transitionsOf(svg: SVGSVGElement): NodeListOf<SVGElement> {
  return svg.querySelectorAll<SVGElement>('[data-transition]');
}
