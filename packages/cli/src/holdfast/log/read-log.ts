import type { FleetEvent } from '@holdfast/engine';
import { followEvents, readEvents, type EventSelection } from '@holdfast/engine/log';
import { statSync, type Stats } from 'node:fs';
import { CommandError } from '../words/command-error.ts';

/** Which events are wanted, and until when. */
export interface LogWish extends Omit<EventSelection, 'last'> {
  /** The file that is written now. */
  readonly path: string;
  /** So many of the last ones; `undefined`: all. */
  readonly last: number | undefined;
  /** Ends the events; without it they end with what is written now. */
  readonly followUntil: AbortSignal | undefined;
}

/** The events of the log, oldest first. Throws a {@link CommandError} `no-log` if there is none, or it cannot be read. */
export async function* readLog(wish: LogWish): AsyncGenerator<FleetEvent, void> {
  const { path, last, followUntil, ...selection } = wish;
  checkLog(path, followUntil !== undefined);
  try {
    yield* followUntil === undefined
      ? readEvents(path, { ...selection, ...(last === undefined ? {} : { last }) })
      : followEvents(path, followUntil, { ...selection, last: last ?? Number.MAX_SAFE_INTEGER });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandError('no-log', `the log cannot be read: ${message}`);
  }
}

function checkLog(path: string, mayComeLater: boolean): void {
  let facts: Stats | undefined;
  try {
    facts = statSync(path, { throwIfNoEntry: false });
  } catch {
    // Whoever opens it says what is wrong.
    return;
  }
  if (facts === undefined && !mayComeLater) {
    throw new CommandError('no-log', `there is no log yet: ${path} does not exist`);
  }
  if (facts !== undefined && !facts.isFile()) {
    throw new CommandError('no-log', `the log cannot be read: ${path} is not a file`);
  }
}
