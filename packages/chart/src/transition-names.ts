import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';
import type { ChartTrigger } from './chart.ts';

/** What sets a transition off, in the words of a chart. */
export function triggerOf(definition: AnyTransitionDefinition): ChartTrigger {
  const { eventType, source } = definition;
  if (eventType === '') return { kind: 'always', name: '' };
  const delay = delayOf(definition);
  if (delay !== null) return { kind: 'after', name: delay };
  return endOfSomething(eventType, source) ?? { kind: 'event', name: eventType };
}

/** XState keeps the name of the delay beside the transition, though its type does not say so. */
function delayOf(definition: AnyTransitionDefinition): string | null {
  const { delay } = definition as { readonly delay?: string | number };
  return delay === undefined ? null : String(delay);
}

function endOfSomething(eventType: string, source: AnyStateNode): ChartTrigger | null {
  if (eventType === `xstate.done.state.${source.id}`) return { kind: 'done', name: '' };
  const [, kind, name] = /^xstate\.(done|error)\.actor\.(.*)$/s.exec(eventType) ?? [];
  if (kind === undefined || name === undefined) return null;
  return { kind: kind as 'done' | 'error', name };
}

/** A trigger in words: `child.exited`, `after graceTime`, `done upload`; nothing for `always`. */
export function triggerText({ kind, name }: ChartTrigger): string {
  if (kind === 'event') return name;
  if (kind === 'always') return '';
  if (kind === 'after' && /^\d+$/.test(name)) return `after ${name} ms`;
  return name === '' ? kind : `${kind} ${name}`;
}

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
