import type { HeadLine } from '../format/line.ts';
import { readRecording } from '../read/read-recording.ts';
import { RecordingError } from '../read/recording-error.ts';
import { redactLine } from '../redact/redact-line.ts';
import type { Redactor } from '../redact/redactor.ts';
import { findSegments } from './find-segments.ts';

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
  if (lines.length === 0) throw new RecordingError('no-recording', 0, 'nothing can be read of it');
  return { lines, isCut };
}
