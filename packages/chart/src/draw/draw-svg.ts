import type { Chart } from '../chart.ts';
import type { Layout } from '../layout.ts';
import { FONT_FAMILY } from '../text/text-width.ts';
import { arrowsOf, drawArrowLines, drawInitials, drawLabels } from './draw-arrows.ts';
import { drawFrames, drawWords } from './draw-states.ts';
import { element, escapeText } from '../xml.ts';
import { styleOf } from './style.ts';

/** How a chart is drawn. */
export interface DrawOptions {
  /** Paths of states that are lit, as `activePaths` gives them. */
  readonly active?: readonly string[];
  /** Ids of transitions that are shown as taken. */
  readonly taken?: readonly string[];
  /**
   * The colours: `light` or `dark`, for files; or `css`, without any style inside, for a page that has one.
   *
   * @default 'light'
   */
  readonly theme?: 'light' | 'dark' | 'css';
  /** What screen readers call it. @default the id of the machine */
  readonly title?: string;
}

/**
 * Draws a chart as SVG: pure text, no DOM, each name escaped.
 *
 * Parts carry what a page looks them up by: `data-state="running.healthy"` is the path of a state (the root's is
 * empty), on two groups, its frame and its words; `data-transition` the id of a transition, on its arrow, on its words,
 * and on those in a state that has it without leaving it. `is-active` and `is-taken` are classes that a page may set
 * and remove itself, on all of them.
 *
 * With the theme `css` the page styles these classes: `chart` (the picture), `state` with `is-root`, `is-container`,
 * `is-final`, `is-parallel`, `is-history`; in it `frame`, `inner-frame`, `rule`; `arrow` (a group) with `is-twin` if
 * another has drawn the same line, in it `line`, `head` and `label`; `initial`; and texts: `name`, `description`,
 * `keyword`, `trigger`, `guard`, `actions`. {@link CHART_RULES} are the rules that
 * files have, over the custom properties `--chart-…` that {@link CHART_COLOURS} lists.
 */
export function drawSvg(chart: Chart, layout: Layout, options: DrawOptions = {}): string {
  const { theme = 'light', title = chart.id } = options;
  const { width, height } = layout;
  const active = new Set(options.active);
  const taken = new Set(options.taken);
  const arrows = arrowsOf(chart, layout, taken);
  const style = theme === 'css' ? [] : [element('style', {}, [styleOf(theme)])];
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'chart',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'font-family': FONT_FAMILY,
      'font-size': 11,
    },
    [
      element('title', {}, [escapeText(title)]),
      element('desc', {}, [escapeText(sentenceOf(chart, options))]),
      ...style,
      ...drawFrames(chart, layout, active),
      ...drawInitials(layout),
      ...drawArrowLines(arrows),
      ...drawWords(chart, layout, active, taken),
      ...drawLabels(arrows),
    ],
  );
}

function sentenceOf(
  { states, transitions, description }: Chart,
  { active = [] }: DrawOptions,
): string {
  const size = `A state chart of ${states.length - 1} states and ${transitions.length} transitions.`;
  const now = active.length === 0 ? [] : [`Active: ${active.join(', ')}.`];
  return [...(description === null ? [] : [`${description}.`]), size, ...now].join(' ');
}
