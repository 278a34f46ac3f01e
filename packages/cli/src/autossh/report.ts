import { writeSync } from 'node:fs';
import { isSettingError } from '@holdfast/config';
import { createDescriptorSink, LOG_LEVELS, plainFormat, type LogWriter } from '@holdfast/engine';

/** The program's name in its log. */
export const PROGRAM = 'autossh';

/** Who writes this process's log. */
export function logWriter(): LogWriter {
  return { program: PROGRAM, pid: process.pid };
}

/** Something that keeps autossh from doing its work, with the sentence for the user. */
export class FatalError extends Error {
  override readonly name = 'FatalError';
}

/** Tells the user on stderr: whatever else becomes of the log, this is seen. */
export function complain(sentence: string): void {
  createDescriptorSink(2, plainFormat, logWriter()).write({
    level: LOG_LEVELS.error,
    text: sentence,
  });
}

/** More words for the user on stderr, as they are. */
export function complainInWords(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Nobody hears it.
  }
}

/** The sentence of an error that a user can do something about; any other error is a bug, and thrown. */
export function sentenceOf(error: unknown): string {
  if (isSettingError(error) || error instanceof FatalError) return error.message;
  throw error;
}
