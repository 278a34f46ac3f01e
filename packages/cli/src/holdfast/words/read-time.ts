import { parseDuration } from '@holdfast/config';
import type { Command } from './command.ts';
import { usageError } from './parse-words.ts';

/** The value of an option that takes a time, in milliseconds. Throws a `CommandError` `usage`. */
export function readTime(command: Command, option: string, written: string): number {
  const ms = parseDuration(written);
  if (ms !== undefined) return ms;
  throw usageError(
    command,
    `--${option} ${written} is no time with its unit (ms, s, m, h, d), such as 30s or 1m30s`,
  );
}
