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
