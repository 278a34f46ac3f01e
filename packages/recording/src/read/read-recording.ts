import type { Line } from '../format/line.ts';
import { parseLine } from './parse-line.ts';
import { isRecordingError, RecordingError } from './recording-error.ts';

/** A line, and its number in the recording. */
export interface NumberedLine {
  readonly line: Line;
  /** Counted from 1. */
  readonly number: number;
}

/** Reads the lines of a recording one by one. */
export interface LineReader {
  /** One line, or none if there is nothing in it. Throws a {@link RecordingError}. */
  next(text: string): readonly NumberedLine[];
  /** To be called behind the last line; gives its number if it is cut short. */
  end(): number | undefined;
}

/**
 * Makes a reader.
 *
 * A supervisor that was killed leaves a line cut short: such a line is passed over where the recording ends, and in front of a head or
 * of a gap. Anywhere else it is an error.
 */
export function createLineReader(): LineReader {
  let number = 0;
  let cut: RecordingError | undefined;
  return {
    next(text) {
      number += 1;
      if (text === '') return [];
      try {
        const line = parseLine(text, number);
        if (number === 1 && !('recording' in line)) throw notOurs();
        if (cut !== undefined && !('recording' in line)) throw cut;
        cut = undefined;
        return [{ line, number }];
      } catch (error) {
        if (!isRecordingError(error) || error.code !== 'damaged') throw error;
        if (number === 1) throw notOurs();
        if (cut !== undefined) throw cut;
        cut = error;
        return [];
      }
    },
    end() {
      if (number === 0)
        throw new RecordingError(
          'no-recording',
          0,
          'the recording is empty: record again with "holdfast record"',
        );
      return cut?.line;
    },
  };
}

/** Reads a recording whose lines are at hand. Throws a {@link RecordingError}. */
export function* readRecording(lines: Iterable<string>): Generator<NumberedLine> {
  const reader = createLineReader();
  for (const text of lines) yield* reader.next(text);
  reader.end();
}

function notOurs(): RecordingError {
  return new RecordingError(
    'no-recording',
    1,
    'this is not a recording of holdfast: its first line is not the head of one',
  );
}
