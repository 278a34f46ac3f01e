import type { EventLevel, FleetEvent } from '../fleet/fleet-event.ts';
import { isAtLeast, parseEventLine } from './event-log-line.ts';
import type { LineSource } from './line-source.ts';
import { closeAll, openRotatedFiles } from './open-rotated-files.ts';

/** Which events are wanted. */
export interface EventSelection {
  /** Only the last ones, so many. Defaults to all that are kept. */
  readonly last?: number;
  /** Only events of tunnels with these names. Defaults to all events, also those that concern no single tunnel. */
  readonly tunnels?: readonly string[];
  /** Only events from this time on. */
  readonly since?: Date;
  /** Only events at least so serious. Defaults to all that were written. */
  readonly level?: EventLevel;
  /** Is told about each line that is no event: a line that a crash cut short, or a stranger's. */
  readonly onJunk?: (line: string) => void;
}

/**
 * Reads the events of a log, oldest first, over all its files; none if there are none.
 *
 * The log may be written and rotated meanwhile. With `last` no more events are held in memory than that, and old files are read
 * only if they are needed; else one event at a time. Throws the system's error when a file cannot be read.
 */
export async function* readEvents(
  path: string,
  selection: EventSelection = {},
): AsyncGenerator<FleetEvent> {
  const sources = openRotatedFiles(path);
  try {
    if (selection.last !== undefined) yield* await lastEvents(sources, selection, selection.last);
    else yield* allEvents(sources, selection);
  } finally {
    closeAll(sources);
  }
}

async function* allEvents(
  sources: readonly LineSource[],
  selection: EventSelection,
): AsyncGenerator<FleetEvent> {
  for (const source of sources.toReversed()) {
    yield* eventsIn(source, selection, source !== sources[0]);
  }
}

/** The last wanted events in files that are given youngest first; oldest event first. The youngest file is read in any case. */
export async function lastEvents(
  sources: readonly LineSource[],
  selection: EventSelection,
  last: number,
): Promise<readonly FleetEvent[]> {
  let found: FleetEvent[] = [];
  for (const source of sources) {
    const events = eventsIn(source, selection, source !== sources[0]);
    found = [...(await tailOf(events, last - found.length)), ...found];
    if (found.length >= last) break;
  }
  return found;
}

async function tailOf(events: AsyncIterable<FleetEvent>, length: number): Promise<FleetEvent[]> {
  let tail: FleetEvent[] = [];
  for await (const event of events) {
    tail.push(event);
    if (tail.length > 2 * length) tail = tail.slice(tail.length - length);
  }
  return tail.slice(Math.max(0, tail.length - length));
}

/**
 * The wanted events from where the source stopped last to the present end.
 *
 * A last line without an end counts only in a file that nobody writes any more.
 */
export async function* eventsIn(
  source: LineSource,
  selection: EventSelection,
  isFull: boolean,
): AsyncGenerator<FleetEvent> {
  for await (const lines of source.lines()) {
    for (const line of lines) yield* wantedEvent(line, selection);
  }
  if (isFull) yield* wantedEvent(source.rest(), selection);
}

/** None or one. Empty lines are nothing to speak of. */
function wantedEvent(line: string, selection: EventSelection): readonly FleetEvent[] {
  if (line === '') return [];
  const event = parseEventLine(line);
  if (event === undefined) selection.onJunk?.(line);
  return event !== undefined && isWanted(event, selection) ? [event] : [];
}

function isWanted(event: FleetEvent, { tunnels, since, level }: EventSelection): boolean {
  if (tunnels !== undefined && (event.tunnel === null || !tunnels.includes(event.tunnel))) {
    return false;
  }
  if (since !== undefined && Date.parse(event.at) < since.getTime()) return false;
  return level === undefined || isAtLeast(event, level);
}
