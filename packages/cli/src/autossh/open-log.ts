import type { AutosshEnvironment } from '@holdfast/config';
import {
  classicFormat,
  createDescriptorSink,
  createFileSink,
  createLogger,
  createSyslogSink,
  jsonFormat,
  plainFormat,
  systemErrorText,
  type Logger,
  type LogLevel,
  type LogSink,
} from '@holdfast/engine';
import { FatalError, logWriter } from './report.ts';

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

function sinks(env: AutosshEnvironment): LogSink[] {
  const writer = logWriter();
  const json = env.logFormat === 'json' ? jsonFormat : undefined;
  if (env.logFile !== undefined) return [fileSink(env.logFile, json)];
  const syslog = createSyslogSink(writer, json);
  return env.debug ? [createDescriptorSink(2, json ?? plainFormat, writer), syslog] : [syslog];
}

function fileSink(path: string, format = classicFormat): LogSink {
  try {
    return createFileSink(path, format, logWriter());
  } catch (error) {
    throw new FatalError(
      `cannot open log file "${path}": ${systemErrorText(error)}; set AUTOSSH_LOGFILE to a file that can be written`,
    );
  }
}
