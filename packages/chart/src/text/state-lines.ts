import type { Chart, ChartState, ChartTransition } from '../chart.ts';
import { triggerText } from '../transition-names.ts';
import { type Line, type Run, wrapRuns } from './runs.ts';
import { actionRuns, causeRuns, type Detail } from './transition-lines.ts';

/** CSS pixels that words in a state may take in width. */
const MAX_WIDTH = { atomic: 176, container: 220 } as const;

/** The words in a state: its name, what is true in it, what it does, and what it answers without leaving it. */
export function stateLines(chart: Chart, state: ChartState, detail: Detail): readonly Line[] {
  const maxWidth = MAX_WIDTH[isContainer(state) ? 'container' : 'atomic'];
  const inner = chart.transitions.filter(
    ({ source, target }) => source === state.path && target === null,
  );
  return [
    [{ kind: 'name', text: state.name } as const],
    ...[
      remembered(state),
      describe(state),
      said('runs', state.invokes),
      ...(detail === 'full' ? [said('entry /', state.entry), said('exit /', state.exit)] : []),
      ...inner.filter(acts).map((transition) => innerRuns(transition, detail)),
      ignored(inner.filter((transition) => !acts(transition))),
    ].flatMap((runs) => wrapRuns(runs, maxWidth)),
  ];
}

export function isContainer({ kind }: ChartState): boolean {
  return kind === 'compound' || kind === 'parallel';
}

function describe({ description }: ChartState): readonly Run[] {
  return description === null ? [] : [{ kind: 'description', text: description }];
}

function remembered({ history }: ChartState): readonly Run[] {
  if (history === undefined) return [];
  return [{ kind: 'keyword', text: history === 'deep' ? 'deep history' : 'history' }];
}

function said(keyword: string, names: readonly string[]): readonly Run[] {
  if (names.length === 0) return [];
  return [
    { kind: 'keyword', text: keyword },
    { kind: 'actions', text: names.join(', ') },
  ];
}

function acts({ actions, guard }: ChartTransition): boolean {
  return actions.length > 0 || guard !== null;
}

function innerRuns(transition: ChartTransition, detail: Detail): readonly Run[] {
  const runs = [...causeRuns(transition), ...(detail === 'full' ? actionRuns(transition) : [])];
  return runs.map((run) => ({ ...run, transition: transition.id }));
}

/** What a state answers by doing nothing, so that no state around it does. */
function ignored(transitions: readonly ChartTransition[]): readonly Run[] {
  if (transitions.length === 0) return [];
  const last = transitions.length - 1;
  const runs = transitions.map(({ id, trigger }, index) => {
    const text = `${triggerText(trigger)}${index === last ? '' : ','}`;
    return { kind: 'actions', text, transition: id } as const;
  });
  return [{ kind: 'keyword', text: 'ignores' }, ...runs];
}
