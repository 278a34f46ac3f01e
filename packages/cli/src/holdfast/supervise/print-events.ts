import type { Fleet, FleetEvent } from '@holdfast/engine';
import { LOG_LEVELS, ownOutput } from '@holdfast/engine/parts';
import { printableLine } from '@holdfast/text';
import { fstatSync } from 'node:fs';
import { formatEvent } from '../commands/logs.ts';
import { paintNothing } from '../terminal/terminal.ts';

/** What reads the stderr of a supervisor: systemd's journal, which has the time and wants priorities, or people. */
export type EventReader = 'journal' | 'people';

/**
 * Whether stderr leads to the journal: systemd says which socket that is, since a unit may send it elsewhere.
 *
 * @see systemd.exec(5), `$JOURNAL_STREAM`
 */
export function leadsToJournal(journalStream: string | undefined, fd = 2): boolean {
  if (journalStream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return journalStream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

/** One line of an event. @see sd-daemon(3): a priority in front, as in `<4>`. */
export function eventLineFor(reader: EventReader, event: FleetEvent): string {
  if (reader === 'people') return formatEvent(event, paintNothing);
  const { level, tunnel, sentence } = event;
  const who = tunnel === null ? '' : `${tunnel}: `;
  return printableLine(`<${LOG_LEVELS[level]}>${who}${sentence}`);
}

/** Prints what the event log has to stderr, and waits for nobody who reads there: what is not taken is dropped, and counted. */
export function printEvents(fleet: Pick<Fleet, 'told$'>, reader: EventReader): void {
  const output = ownOutput(2, undefined, process.stderr);
  fleet.told$.subscribe((event) => {
    if (event.level !== 'debug') output.write(`${eventLineFor(reader, event)}\n`);
  });
}
