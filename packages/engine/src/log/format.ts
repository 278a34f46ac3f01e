import { jsonLine, printableLine } from '@holdfast/text';
import type { LogRecord } from './log-record.ts';

/** Who writes the log. */
export interface LogWriter {
  /** Name of the program. */
  readonly program: string;
  /** Of the program that writes. */
  readonly pid: number;
}

/** Makes a line of text, without a newline, of one record. */
export type LogFormat = (record: LogRecord, writer: LogWriter, now: Date) => string;

/** A line end in a stranger's text would forge a line of the log. */
function onOneLine(text: string): string {
  return printableLine(text).trim();
}

/** The text alone, for a log that adds the rest itself. */
export const bareFormat: LogFormat = ({ text }) => onOneLine(text);

/** `name[pid]: text`, as autossh writes to a terminal. */
export const plainFormat: LogFormat = ({ text }, { program, pid }) =>
  `${program}[${pid}]: ${onOneLine(text)}`;

/** `YYYY/MM/DD HH:MM:SS name[pid]: text` in local time, as autossh writes to its log file (LOG-2). */
export const classicFormat: LogFormat = (record, writer, now) =>
  `${localTime(now)} ${plainFormat(record, writer, now)}`;

/** One JSON object: time (UTC), level, program, pid, message, and the fact behind it if there is one. */
export const jsonFormat: LogFormat = ({ level, text, fact }, { program, pid }, now) =>
  jsonLine({
    time: now.toISOString(),
    level,
    program,
    pid,
    message: onOneLine(text),
    fact,
  });

function localTime(now: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('/');
  return `${date} ${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':')}`;
}
