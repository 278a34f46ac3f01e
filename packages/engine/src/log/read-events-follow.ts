import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetEvent } from '../fleet/fleet-event.ts';
import { fileId, openLines, type LineSource } from './line-source.ts';
import { closeAll, openRotatedFiles } from './open-rotated-files.ts';
import { eventsIn, lastEvents, type EventSelection } from './read-events.ts';
import { fullFile, fullFileNumbers } from './rotating-file-names.ts';

/** Which events are wanted, and how they are waited for. */
export interface FollowOptions extends Omit<EventSelection, 'last'> {
  /** How many events that are there already come first. Defaults to 0. */
  readonly last?: number;
  /** Time between two looks at the file. Defaults to 250. */
  readonly pollMs?: number;
}

const POLL_MS = 250;

/**
 * The events of a log from now on, as they are written, until the signal: then it ends.
 *
 * It goes on across rotations, and waits for a log that is not there yet. A reader who stalls while all files are rotated away misses what
 * was in them, and goes on with the oldest event that is left. Throws the system's error when a file cannot be read.
 */
export async function* followEvents(
  path: string,
  signal: AbortSignal,
  options: FollowOptions = {},
): AsyncGenerator<FleetEvent> {
  const { last = 0, pollMs = POLL_MS, ...selection } = options;
  const [youngest, ...full] = openRotatedFiles(path);
  let source = youngest;
  let next: LineSource | undefined;
  try {
    const sources = source === undefined ? [] : [source, ...full];
    yield* await lastEvents(sources, selection, last).finally(() => closeAll(full));
    while (!signal.aborted) {
      next = nextSource(path, source);
      if (source !== undefined) yield* eventsIn(source, selection, next !== undefined);
      if (next === undefined) await pause(pollMs, signal);
      else {
        source?.close();
        source = next;
        next = undefined;
      }
    }
  } finally {
    source?.close();
    next?.close();
  }
}

/** Ends early with the signal. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** The file that was begun after this one was full; `undefined` as long as this one is written. */
function nextSource(path: string, source: LineSource | undefined): LineSource | undefined {
  if (source === undefined) return oldestSource(path);
  const number = numberOf(path, source);
  if (number === 0) return undefined;
  const next =
    number === undefined
      ? oldestSource(path, source)
      : openLines(number === 1 ? path : fullFile(path, number - 1));
  // A rotation meanwhile has moved both; the next look finds them where they are then.
  if (next === undefined || numberOf(path, source) === number) return next;
  next.close();
  return undefined;
}

/** The oldest file; behind one that was rotated away, deleted or moved: the oldest that was written to after it. */
function oldestSource(path: string, behind?: LineSource): LineSource | undefined {
  const sources = openRotatedFiles(path);
  const isYounger = (one: LineSource) =>
    behind === undefined || (one.id !== behind.id && one.writtenNs() >= behind.writtenNs());
  const oldest = sources.findLast(isYounger);
  closeAll(sources.filter((one) => one !== oldest));
  return oldest;
}

/** Where a file is now: 0 if it is the one that is written, `undefined` if it was rotated away, deleted or moved. */
function numberOf(path: string, { id }: LineSource): number | undefined {
  if (fileId(path) === id) return 0;
  return fullFileNumbers(path).find((one) => fileId(fullFile(path, one)) === id);
}
