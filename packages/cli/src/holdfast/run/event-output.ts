import { droppedWords, ownOutput, type EventLevel, type OutputSettings } from '@holdfast/engine';
import { printable } from '../terminal/printable.ts';
import { endWithoutReader, type Terminal } from '../terminal/terminal.ts';

/** What is told of an event: a fleet's, or that some were lost on their way to the reader. */
interface ToldEvent {
  readonly at: string;
  readonly level: EventLevel;
  readonly tunnel: string | null;
  readonly sentence: string;
}

/**
 * Opens stdout for events, as sentences or as JSON, one a line. A reader who does not read, or a terminal that is paused, keeps no tunnel
 * waiting: what does not fit is dropped and counted. Whoever closes the reading end has seen enough, and ends the program.
 */
export function openEventOutput(
  json: boolean,
  { err, outIsTerminal }: Terminal,
): (event: ToldEvent) => void {
  const format = json ? (event: ToldEvent) => `${JSON.stringify(event)}\n` : sentenceLine;
  let hasComplained = false;
  const settings: OutputSettings = {
    tellDropped: (lines) => format(droppedEvent(lines)),
    onError(error) {
      if (error.code === 'EPIPE') endWithoutReader();
      if (!hasComplained) err(`holdfast: the output cannot be written: ${error.message}\n`);
      hasComplained = true;
    },
  };
  const output = ownOutput(1, settings, outIsTerminal ? undefined : process.stdout);
  return (event) => output.write(format(event));
}

function sentenceLine({ at, tunnel, sentence }: ToldEvent): string {
  const time = new Date(at).toLocaleTimeString('en-GB');
  return `${time} ${tunnel === null ? '' : `${tunnel}: `}${printable(sentence)}\n`;
}

function droppedEvent(lines: number) {
  return {
    at: new Date().toISOString(),
    level: 'warning',
    tunnel: null,
    fact: { type: 'output.dropped', lines },
    sentence: droppedWords(lines),
  } as const;
}
