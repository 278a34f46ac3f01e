import type * as z from 'zod';
import { FORMAT_VERSION, type Line, type RoutineLine } from '../format/line.ts';
import { damaged, RecordingError } from './recording-error.ts';
import * as shapes from './shapes.ts';

/** A longer line was made by nobody who writes recordings. */
const LONGEST_LINE = 1_000_000;

/**
 * Reads one line. Any text gives a line or a {@link RecordingError}.
 *
 * @param line - its number in the recording, for the error.
 */
export function parseLine(text: string, line: number): Line {
  const value = parseJson(text, line);
  if (!Array.isArray(value)) return checked(shapeOf(value, line), value, line);
  if (typeof value[1] === 'string') return checked(shapes.sentenceLine, value, line);
  if (typeof value[2] === 'number') return routineOf(value, line);
  return checked(shapes.inputLine, value, line);
}

function parseJson(text: string, line: number): unknown {
  if (text.length > LONGEST_LINE) throw damaged(line, 'it is too long');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw damaged(line, 'it is not valid JSON');
  }
}

const SHAPES = {
  clock: shapes.clockLine,
  gap: shapes.gapLine,
  begin: shapes.beginLine,
  checkpoint: shapes.checkpointLine,
  said: shapes.noticeLine,
} as const;

function shapeOf(value: unknown, line: number): z.ZodType {
  if (typeof value !== 'object' || value === null)
    throw damaged(line, 'it is not a line of a recording');
  if ('recording' in value) return headShape(value.recording, line);
  for (const [name, shape] of Object.entries(SHAPES)) {
    if (Object.hasOwn(value, name)) return shape;
  }
  throw damaged(line, 'it is of an unknown kind');
}

function headShape(version: unknown, line: number): z.ZodType {
  if (typeof version === 'number' && version > FORMAT_VERSION) {
    const message = `the recording has format ${version}, and this version of holdfast reads formats up to ${FORMAT_VERSION}: take a newer one`;
    throw new RecordingError('newer-format', line, message);
  }
  return shapes.headLine;
}

function checked(shape: z.ZodType, value: unknown, line: number): Line {
  const result = shape.safeParse(value);
  if (result.success) return result.data as Line;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw damaged(line, `it is invalid${where}`);
}

/** By hand: nearly every line is one of these. */
function routineOf(value: readonly unknown[], line: number): RoutineLine {
  const [number, , answerUs, roundTripUs] = value as readonly number[];
  const isFine =
    value.length === 4 &&
    value.every((each) => Number.isSafeInteger(each)) &&
    number! > 0 &&
    answerUs! >= 0 &&
    roundTripUs! >= 0;
  if (!isFine) throw damaged(line, 'it is not an answered probe');
  return value as unknown as RoutineLine;
}
