import { writeSync } from 'node:fs';
import { type AutosshEnvironment, isSettingError } from '@holdfast/config';
import {
  classicFormat,
  createDescriptorSink,
  createFileSink,
  createLogger,
  createStderrSink,
  createSyslogSink,
  jsonFormat,
  LOG_LEVELS,
  type Logger,
  type LogLevel,
  type LogSink,
  type LogWriter,
  plainFormat,
  systemErrorText,
} from '@holdfast/engine/parts';

/** The program's name in its log. */
export const PROGRAM = 'autossh';

/** Who writes this process's log. */
function logWriter(): LogWriter {
  return { program: PROGRAM, pid: process.pid };
}

const BRAND = Symbol.for('holdfast/FatalError');

/**
 * What keeps autossh from doing its work.
 *
 * | code | means |
 * |---|---|
 * | `not-utf8` | an argument could not be passed on to ssh as it was written |
 * | `no-port` | the monitor port cannot be opened |
 * | `no-file` | the log file or the pid file cannot be written |
 */
type FatalErrorCode = 'not-utf8' | 'no-port' | 'no-file';

/** Something that keeps autossh from doing its work, with the sentence for the user. */
export class FatalError extends Error {
  override readonly name = 'FatalError';
  readonly [BRAND] = true;
  readonly code: FatalErrorCode;

  constructor(code: FatalErrorCode, sentence: string) {
    super(sentence);
    this.code = code;
  }
}

function isFatalError(error: unknown): error is FatalError {
  return typeof error === 'object' && error !== null && BRAND in error;
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
  if (isSettingError(error) || isFatalError(error)) return error.message;
  throw error;
}

/**
 * Opens the log: AUTOSSH_LOGFILE, or stderr with AUTOSSH_DEBUG, or syslog.
 *
 * Throws a {@link FatalError} when the log file cannot be opened.
 *
 * @see docs/rules.md, LOG-1 to LOG-4 and ENV-13.
 */
export function openLog(env: AutosshEnvironment): Logger {
  return createLogger(env.logLevel as LogLevel, sinks(env));
}

/** Whether the log goes to stderr (LOG-4). */
export function logsToStderr({ debug, logFile }: AutosshEnvironment): boolean {
  return debug && logFile === undefined;
}

/**
 * The log for what went wrong before the settings were known: the log file if that much can be had, else syslog.
 *
 * @see docs/rules.md, ENV-14.
 */
export function openLogOfErrors(logFile: string | undefined): Logger {
  let sink: LogSink;
  try {
    sink = logFile === undefined ? createSyslogSink(logWriter()) : fileSink(logFile);
  } catch {
    sink = createSyslogSink(logWriter());
  }
  return createLogger(LOG_LEVELS.error, [sink]);
}

function sinks(env: AutosshEnvironment): LogSink[] {
  const writer = logWriter();
  const json = env.logFormat === 'json' ? jsonFormat : undefined;
  if (env.logFile !== undefined) return [fileSink(env.logFile, json)];
  const syslog = createSyslogSink(writer, json);
  return logsToStderr(env) ? [createStderrSink(json ?? plainFormat, writer), syslog] : [syslog];
}

function fileSink(path: string, format = classicFormat): LogSink {
  try {
    return createFileSink(path, format, logWriter());
  } catch (error) {
    throw new FatalError(
      'no-file',
      `cannot open log file "${path}": ${systemErrorText(error)}; set AUTOSSH_LOGFILE to a file that can be written`,
    );
  }
}
