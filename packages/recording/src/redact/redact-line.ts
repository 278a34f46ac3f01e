import {
  isInput,
  isSentence,
  type HeadLine,
  type Line,
  type WrittenEvent,
} from '../format/line.ts';
import type { Redactor } from './redactor.ts';

/** A line for others to read. It plays as before. */
export function redactLine(line: Line, redactor: Redactor): Line {
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
