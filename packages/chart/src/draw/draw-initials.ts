import type { Layout } from '../layout.ts';
import { drawHead, linePath } from './line.ts';
import { element } from '../xml.ts';

const RADIUS = 5;

/** The dots that say where a state begins. */
export function drawInitials({ initials = {} }: Layout): readonly string[] {
  return Object.values(initials).map((points) => {
    const [{ x, y }] = points as [{ x: number; y: number }];
    return element('g', { class: 'initial' }, [
      element('path', { class: 'line', d: linePath(points) }),
      drawHead(points),
      element('circle', { cx: x, cy: y, r: RADIUS }),
    ]);
  });
}
