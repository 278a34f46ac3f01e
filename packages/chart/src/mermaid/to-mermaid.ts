import type { Chart, ChartState, ChartTransition } from '../chart.ts';
import { triggerText } from '../transition-names.ts';
import { type DrawnArrow, drawnArrows, innermost } from './drawn-arrows.ts';

/** How a diagram is written. */
export interface MermaidOptions {
  /** Paths of states that are shown as active. Mermaid can mark only those with no states in them. */
  readonly active?: readonly string[];
}

/** What is known while a chart is written. */
interface Writing {
  readonly chart: Chart;
  /** The names of the states in the diagram, by their paths. */
  readonly ids: ReadonlyMap<string, string>;
  readonly arrows: readonly DrawnArrow[];
}

/**
 * A chart as a state diagram of Mermaid, with the names of its events, guards and delays.
 *
 * A line for each pair of states that transitions lead between. What only acts is a note: of the whole machine all of it,
 * of a state what its delays do. The same chart always gives the same text.
 */
export function toMermaid(chart: Chart, { active = [] }: MermaidOptions = {}): string {
  const ids = mermaidIds(chart);
  const writing = { chart, ids, arrows: drawnArrows(chart) };
  const [root] = chart.states as [ChartState];
  return ['stateDiagram-v2', ...inside(root, writing), ...marks(active, writing)].join('\n');
}

/**
 * The inside of a state that has states: where it begins, its states, and the arrows between them.
 *
 * An arrow stands in the innermost state that holds both its ends: Mermaid takes a state to be where it is first named.
 */
function inside(state: ChartState, writing: Writing): readonly string[] {
  const { chart, ids } = writing;
  const children = chart.states.filter(({ parent }) => parent === state.path);
  const isFirstKnown = state.initial !== null && state.kind === 'compound';
  return [
    ...(isFirstKnown ? [`[*] --> ${ids.get(state.initial)}`] : []),
    ...children.flatMap((child, index) => [
      ...(state.kind === 'parallel' && index > 0 ? ['--'] : []),
      ...stateText(child, writing),
      ...note(child, actingLate(child, writing), writing),
    ]),
    ...arrowLines(state, writing),
    ...(state.parent === null ? note(children[0], actingIn(state, writing), writing) : []),
  ].map((line) => `  ${line}`);
}

function stateText(state: ChartState, writing: Writing): readonly string[] {
  const id = writing.ids.get(state.path)!;
  const alias = id === state.name ? [] : [`state "${escapeMermaid(state.name)}" as ${id}`];
  if (state.kind === 'final') return [...alias, `${id} --> [*]`];
  if (state.kind === 'atomic' || state.kind === 'history') return alias.length > 0 ? alias : [id];
  return [...alias, `state ${id} {`, ...inside(state, writing), '}'];
}

/** One line for each pair of states, with all that leads from the one to the other. */
function arrowLines(holder: ChartState, { arrows, ids }: Writing): readonly string[] {
  const labels = new Map<string, string[]>();
  for (const { from, to, transition } of arrows) {
    if (innermost(from, to) !== holder.path) continue;
    const arrow = `${ids.get(from)} --> ${ids.get(to)}`;
    labels.set(arrow, [...(labels.get(arrow) ?? []), labelOf(transition)]);
  }
  return [...labels].map(([arrow, all]) => labelled(arrow, all.filter(Boolean)));
}

/** An arrow that needs no cause has no label: Mermaid does not take an empty one. */
function labelled(arrow: string, labels: readonly string[]): string {
  return labels.length === 0 ? arrow : `${arrow} : ${labels.join('<br/>')}`;
}

/** A note at a state; none if there is nothing to say, or no state to say it at. */
function note(
  state: ChartState | undefined,
  acting: readonly ChartTransition[],
  { ids }: Writing,
): readonly string[] {
  if (acting.length === 0 || state === undefined) return [];
  const lines = acting.map((each) => {
    const actions = each.actions.map(escapeMermaid).join(', ');
    return `  ${labelOf(each)}${actions === '' ? '' : ` / ${actions}`}`;
  });
  return [`note left of ${ids.get(state.path)}`, ...lines, 'end note'];
}

/** What a state does without being left. */
function actingIn({ path }: ChartState, { chart }: Writing): readonly ChartTransition[] {
  return chart.transitions.filter(({ source, target }) => source === path && target === null);
}

function actingLate(state: ChartState, writing: Writing): readonly ChartTransition[] {
  return actingIn(state, writing).filter(({ trigger }) => trigger.kind === 'after');
}

/** What makes a transition: `event [guard]`, `after delay [guard]`, or `[guard]` alone. */
function labelOf({ trigger, guard }: ChartTransition): string {
  const cause = escapeMermaid(triggerText(trigger));
  const condition = guard === null ? '' : `[${escapeMermaid(guard)}]`;
  return [cause, condition].filter(Boolean).join(' ');
}

function marks(active: readonly string[], { chart, ids }: Writing): readonly string[] {
  const leaves = chart.states.filter(
    ({ path, kind }) => active.includes(path) && kind !== 'compound' && kind !== 'parallel',
  );
  if (leaves.length === 0) return [];
  return [
    '  classDef active fill:#e2f6ec,stroke:#0a7d4b,stroke-width:3px,color:#0a3d26',
    ...leaves.map(({ path }) => `  class ${ids.get(path)} active`),
  ];
}

/** Words that begin something else in a state diagram. */
const TAKEN = new Set(['state', 'note', 'end', 'class', 'classDef', 'direction', 'as', 'style']);

/** The names of states in a diagram: their own where that is a word and no other state has it, else their paths. */
function mermaidIds({ states }: Chart): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const used = new Set<string>();
  for (const { path, name, parent } of states) {
    if (parent === null) continue;
    const isOwn = states.filter((other) => other.parent !== null && other.name === name).length < 2;
    const id = isOwn && /^[A-Za-z]\w*$/.test(name) && !TAKEN.has(name) ? name : wordOf(path);
    const unique = used.has(id) ? `${id}_${ids.size}` : id;
    used.add(unique);
    ids.set(path, unique);
  }
  return ids;
}

function wordOf(path: string): string {
  return `s_${path.replaceAll(/\W/g, '_')}`;
}

/** Text within a line of Mermaid: characters that it has a use for are written as their numbers. */
function escapeMermaid(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[#;:<>"{}]/g, (character) => `#${character.codePointAt(0)};`);
}
