import {
  type HeadLine,
  isInput,
  isSentence,
  type Line,
  type WrittenEvent,
} from '../format/line.ts';
import { readRecording } from '../read/read-recording.ts';
import { RecordingError } from '../read/recording-error.ts';
import type { Redactor } from '../redact/redactor.ts';
import { findSegments } from './segments.ts';

/** What a report is made of. */
export interface ReportWish {
  readonly name: string;
  /** In milliseconds since 1970. It begins at the last checkpoint before it. */
  readonly fromMs: number;
  readonly redactor: Redactor;
  /** What stands in its head: versions and the like. */
  readonly about: Readonly<Record<string, string>>;
}

/** A recording of one tunnel that can be shown to others. */
export interface Report {
  /** Empty if nothing is on record. */
  readonly lines: readonly string[];
  /** Whether older lines of the wanted time were left out. */
  readonly isCut: boolean;
}

/** Makes a report from the files of an always-on recording. Throws the system's errors, and a `RecordingError`. */
export async function makeReport(path: string, wish: ReportWish): Promise<Report> {
  const { name, fromMs, redactor, about } = wish;
  const { segments, isCut } = await findSegments(path, { name, fromMs });
  const [first] = segments;
  if (first === undefined) return { lines: [], isCut };
  const texts = [...first.clocks, ...segments.flatMap(({ lines }) => lines)];
  const lines: string[] = [];
  for (const { line } of readRecording(texts)) {
    const shown = redactLine(line, redactor);
    lines.push(JSON.stringify(lines.length === 0 ? { ...(shown as HeadLine), about } : shown));
  }
  if (lines.length === 0) throw new RecordingError('no-recording', 0, 'nothing in it can be read');
  return { lines, isCut };
}

/** A line for others to read. It plays as before. */
function redactLine(line: Line, redactor: Redactor): Line {
  if (isSentence(line)) return [line[0], line[1], line[2], redactor.text(line[3])];
  if (isInput(line)) return [line[0], line[1], redactWritten(line[2], redactor), line[3]];
  if ('recording' in line) return headFor(line);
  if ('begin' in line) return { ...line, settings: redactor.settings(line.settings) };
  if ('checkpoint' in line) return { ...line, context: redactor.context(line.context) };
  if ('said' in line) return { ...line, said: redactor.text(line.said) };
  if ('gap' in line) return { ...line, gap: redactor.text(line.gap) };
  return line;
}

function redactWritten(event: WrittenEvent, redactor: Redactor): WrittenEvent {
  return typeof event === 'string' ? event : redactor.event(event);
}

function headFor({ recording, program, run, wallMs, clockUs }: HeadLine): HeadLine {
  return { recording, program, run, wallMs, clockUs };
}
