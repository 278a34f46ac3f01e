import type { Chart, ChartState, ChartTransition } from '../chart.ts';
import { element, type Attributes } from '../xml.ts';
import { conditionOf, isMilliseconds } from './data.ts';
import { delayedEvent, eventOf, idAt, scxmlId } from './names.ts';

const ELEMENTS = {
  atomic: 'state',
  compound: 'state',
  parallel: 'parallel',
  final: 'final',
  history: 'history',
} as const;

/** A state, and all that is in it. */
export function scxmlState(chart: Chart, state: ChartState, more: Attributes = {}): string {
  const { kind, path } = state;
  const own = chart.transitions.filter(({ source }) => source === path);
  const inner = chart.states.filter(({ parent }) => parent === path);
  const initial = kind === 'compound' && state.initial !== null ? state.initial : undefined;
  const attributes = {
    ...more,
    id: scxmlId(chart, state),
    initial: initial === undefined ? undefined : idAt(chart, initial),
    type: state.history,
  };
  const children = [
    ...onEntry(chart, state, own),
    ...onExit(chart, state, own),
    ...state.invokes.map((src) => element('invoke', { src })),
    ...own.map((transition) => transitionText(chart, transition)),
    ...historyDefault(chart, state),
    ...endOfMachine(chart, state, inner),
    ...inner.map((each) => scxmlState(chart, each)),
  ];
  const lines = children.map((child) => `\n${indented(child)}`);
  return element(ELEMENTS[kind], attributes, lines.length === 0 ? [] : [...lines, '\n']);
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

function onEntry(chart: Chart, state: ChartState, own: readonly ChartTransition[]): string[] {
  const sent = delaysOf(own).map((delay) => {
    const event = delayedEvent(chart, state.path, delay);
    const time = isMilliseconds(delay)
      ? { delay: `${delay}ms` }
      : { delayexpr: conditionOf(delay) };
    return element('send', { event, id: event, ...time });
  });
  const inner = [...sent, ...state.entry.map(actionText)];
  return inner.length === 0 ? [] : [element('onentry', {}, inner)];
}

function onExit(chart: Chart, state: ChartState, own: readonly ChartTransition[]): string[] {
  const cancelled = delaysOf(own).map((delay) =>
    element('cancel', { sendid: delayedEvent(chart, state.path, delay) }),
  );
  const inner = [...cancelled, ...state.exit.map(actionText)];
  return inner.length === 0 ? [] : [element('onexit', {}, inner)];
}

function delaysOf(own: readonly ChartTransition[]): readonly string[] {
  const names = own.flatMap(({ trigger: { kind, name } }) => (kind === 'after' ? [name] : []));
  return [...new Set(names)];
}

function transitionText(chart: Chart, transition: ChartTransition): string {
  const { source, target, guard, actions, reenter, otherTargets = [] } = transition;
  const targets = target === null ? [] : [target, ...otherTargets].map((path) => idAt(chart, path));
  const isInternal = target !== null && reenter !== true && target.startsWith(`${source}.`);
  const attributes = {
    event: eventOf(chart, transition),
    cond: guard === null ? undefined : conditionOf(guard),
    target: targets.length === 0 ? undefined : targets.join(' '),
    type: isInternal || (source === '' && target !== null) ? 'internal' : undefined,
  };
  return element('transition', attributes, actions.map(actionText));
}

function historyDefault(chart: Chart, { kind, initial }: ChartState): readonly string[] {
  if (kind !== 'history' || initial === null) return [];
  return [element('transition', { target: idAt(chart, initial) })];
}

function endOfMachine(
  chart: Chart,
  state: ChartState,
  inner: readonly ChartState[],
): readonly string[] {
  if (state.parent !== null || !inner.some(({ kind }) => kind === 'final')) return [];
  const id = scxmlId(chart, state);
  return [element('transition', { event: `done.state.${id}`, target: `${id}.end` })];
}

function actionText(name: string): string {
  return element('log', { label: 'action', expr: quoted(name) });
}

/** A string of ECMAScript. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&').replaceAll('\n', ' ')}'`;
}
