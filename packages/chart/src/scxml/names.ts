import type { Chart, ChartState, ChartTransition } from '../chart.ts';

/** The id of a state: its path, as far as XML allows; the root's is the id of the machine. */
export function scxmlId(chart: Chart, { path }: ChartState): string {
  const text = path === '' ? chart.id : path;
  const id = nameOf(text);
  const isTaken = chart.states.some(
    (other) => other.path !== path && nameOf(other.path === '' ? chart.id : other.path) === id,
  );
  const place = chart.states.findIndex((state) => state.path === path);
  return isTaken ? `${id}.${place}` : id;
}

function nameOf(text: string): string {
  return text.replaceAll(/[^\w.-]/g, '_').replace(/^(?=[^A-Za-z_])/, '_');
}

export function idAt(chart: Chart, path: string): string {
  return scxmlId(
    chart,
    chart.states.find((state) => state.path === path)!,
  );
}

/** The event of a transition; none for one that needs none. */
export function eventOf(chart: Chart, { trigger, source }: ChartTransition): string | undefined {
  const { kind, name } = trigger;
  if (kind === 'always') return undefined;
  if (kind === 'after') return delayedEvent(chart, source, name);
  if (kind === 'event') return name.replaceAll(/\s/g, '_');
  if (kind === 'done' && name === '') return `done.state.${idAt(chart, source)}`;
  return `${kind === 'done' ? 'done.invoke' : 'error.platform'}.${nameOf(name)}`;
}

/** What is sent to a state when its delay is over. */
export function delayedEvent(chart: Chart, source: string, delay: string): string {
  return `after.${nameOf(delay)}.${idAt(chart, source)}`;
}
