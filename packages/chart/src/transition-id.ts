import type { AnyTransitionDefinition } from 'xstate';
import type { ChartTrigger } from './chart.ts';
import { triggerOf } from './trigger.ts';

/**
 * The name of a transition within its machine: `SOURCE#TRIGGER/INDEX`, such as `running#child.exited/1`.
 *
 * SOURCE is the path of its state, empty for the root. TRIGGER is the event; or `after DELAY`, `always`,
 * `done ACTOR`, `error ACTOR`, or `done` for the end of the state itself. INDEX counts, from 0, the transitions that
 * a state has for one trigger. It depends on nothing but the machine's definition: it is the same in each run, in
 * `chartOf(machine)`, and for the transitions that XState's inspection tells of.
 *
 * What starts a machine is, to XState, a transition as well: `#initial/0`. No chart has an arrow for it.
 */
export function transitionId(definition: AnyTransitionDefinition): string {
  const source = definition.source.path.join('.');
  if ((definition.eventType as string | null) === null) return `${source}#initial/0`;
  return `${source}#${triggerWord(triggerOf(definition))}/${indexOf(definition)}`;
}

function indexOf(definition: AnyTransitionDefinition): number {
  const { source, eventType } = definition;
  const siblings = eventType === '' ? source.always : source.transitions.get(eventType);
  return Math.max(0, siblings?.indexOf(definition) ?? 0);
}

/** An event that is called like another trigger is told from it by the word `event`. */
function triggerWord({ kind, name }: ChartTrigger): string {
  if (kind !== 'event') return name === '' ? kind : `${kind} ${name}`;
  return /^(event|after|always|done|error|initial)( |$)/.test(name) ? `event ${name}` : name;
}
