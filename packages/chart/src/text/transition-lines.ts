import type { ChartTransition } from '../chart.ts';
import { triggerText } from '../transition-names.ts';
import { type Line, type Run, wrapRuns } from './runs.ts';

/** How much is said about a transition: with the names of its actions, or without. */
export type Detail = 'full' | 'brief';

/** CSS pixels that words at an arrow may take in width. */
const MAX_WIDTH = { full: 170, brief: 130 } as const;

/** The words at an arrow; none if it needs nothing to be taken. */
export function transitionLines(transition: ChartTransition, detail: Detail): readonly Line[] {
  const actions = detail === 'full' ? actionRuns(transition) : [];
  return [
    ...wrapRuns(causeRuns(transition), MAX_WIDTH[detail]),
    ...wrapRuns(actions, MAX_WIDTH[detail]),
  ];
}

/** What sets it off, and on what condition. */
export function causeRuns({ trigger, guard }: ChartTransition): readonly Run[] {
  const cause = triggerText(trigger);
  return [
    ...(cause === '' ? [] : [{ kind: 'trigger', text: cause } as const]),
    ...(guard === null ? [] : [{ kind: 'guard', text: `[${guard}]` } as const]),
  ];
}

/** What it does. */
export function actionRuns({ actions }: ChartTransition): readonly Run[] {
  return actions.length === 0 ? [] : [{ kind: 'actions', text: `/\u00a0${actions.join(', ')}` }];
}
