import { count } from '@holdfast/text';
import type { EventLevel, FleetEvent } from '../fleet/fleet-event.ts';
import { eventLine, isAtLeast } from './event-log-line.ts';
import { openRotatingFile, type Loss, type RotatingFileOptions } from './rotating-file.ts';

/** What an event log holds. */
export interface EventLogOptions extends Pick<RotatingFileOptions, 'maxBytes' | 'keep'> {
  /** The least serious level that is written. Defaults to `info`. */
  readonly level?: EventLevel;
  /** The time of what the log says about itself. Defaults to the present. */
  readonly now?: () => Date;
}

/** What has happened, one event a line of JSON, in files that are rotated. */
export interface EventLog {
  /** Writes an event at once. Never throws: what a full disk swallows is counted, and said when there is room again. */
  record(event: FleetEvent): void;
  /** What keeps it from being written, in the words of the system; `null`: nothing. It is tried, if something did before. */
  problem(): string | null;
  /** Later events go nowhere. */
  close(): void;
}

/** The id of events that the log adds itself; a supervisor counts its own from 1. */
export const LOG_EVENT_ID = 0;

/**
 * Makes an event log.
 *
 * By default a file is rotated at 5 MB and three full ones are kept, so that all of them never take more than 20 MB.
 */
export function createEventLog(path: string, options: EventLogOptions = {}): EventLog {
  const { level = 'info', now = () => new Date(), ...limits } = options;
  const lossLine = (loss: Loss) => eventLine(lossEvent(loss, now()));
  const file = openRotatingFile(path, { ...limits, lossLine });
  return {
    record(event) {
      if (isAtLeast(event, level)) file.write(eventLine(event));
    },
    problem: () => file.catchUp()?.problem ?? null,
    close: () => file.close(),
  };
}

function lossEvent({ lines, problem }: Loss, at: Date): FleetEvent {
  return {
    id: LOG_EVENT_ID,
    at: at.toISOString(),
    tunnel: null,
    level: 'warning',
    sentence: `${count(lines, 'event')} could not be written to this log: ${problem}`,
    fact: { type: 'log.lost', records: lines, problem },
  };
}
