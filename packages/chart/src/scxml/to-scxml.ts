import type { Chart, ChartState } from '../chart.ts';
import { element, escapeText } from '../xml.ts';
import { conditionOf, delaysOf, guardsOf } from './data.ts';
import { scxmlId } from './names.ts';
import { scxmlState } from './state.ts';

/** What of a chart is written. */
export interface ScxmlOptions {
  /** The path of a state: only it, and what is in it. @default the whole chart */
  readonly state?: string;
}

const NAMESPACE = 'http://www.w3.org/2005/07/scxml';

/**
 * A chart as State Chart XML, the W3C's format.
 *
 * Guards are conditions, delays are expressions: variables with their names, which the document declares as false and
 * as no time. Actions are messages to the log. A delayed transition is an event that is sent on entering its state and
 * cancelled on leaving it. What functions of the machine compute is not in a chart, and so not here.
 *
 * @see https://www.w3.org/TR/scxml/
 */
export function toScxml(chart: Chart, { state }: ScxmlOptions = {}): string {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  const only = chart.states.find(({ path }) => path === state);
  const [root] = chart.states as [ChartState];
  if (state !== undefined && only !== undefined)
    return `${head}${scxmlState(chart, only, { xmlns: NAMESPACE })}\n`;
  const id = scxmlId(chart, root);
  const attributes = { xmlns: NAMESPACE, version: '1.0', datamodel: 'ecmascript', initial: id };
  const children = [comment(chart), datamodel(chart), scxmlState(chart, root), ...endOf(chart, id)];
  return `${head}${element('scxml', attributes, ['\n', ...children.map((each) => `${each}\n`)])}\n`;
}

/** A machine that ends is an SCXML session that ends. */
function endOf({ states }: Chart, id: string): readonly string[] {
  const isEnding = states.some(({ parent, kind }) => parent === '' && kind === 'final');
  return isEnding ? [element('final', { id: `${id}.end` })] : [];
}

/** Says what the conditions and delays are, and which are called a little differently than in the machine. */
function comment(chart: Chart): string {
  const names = [...guardsOf(chart), ...delaysOf(chart)];
  const changed = names.filter((name) => conditionOf(name) !== name);
  const lines = [
    'Conditions are the guards of the machine, and delays its delays: replace the data below by what computes them.',
    ...changed.map((name) => `${conditionOf(name)}: ${name}`),
  ];
  // Two hyphens end a comment.
  return `<!--\n${escapeText(lines.join('\n')).replaceAll('-', '\u2010')}\n-->`;
}

function datamodel(chart: Chart): string {
  const data = [
    ...guardsOf(chart).map((name) => element('data', { id: conditionOf(name), expr: 'false' })),
    ...delaysOf(chart).map((name) => element('data', { id: conditionOf(name), expr: "'0s'" })),
  ];
  return element(
    'datamodel',
    {},
    data.length === 0 ? [] : ['\n', ...data.map((each) => `  ${each}\n`)],
  );
}
