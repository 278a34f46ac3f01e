import { closeSync, openSync, writeSync } from 'node:fs';
import type { LogFormat, LogWriter } from './format.ts';
import type { LogSink } from './log-record.ts';

/** Writes each line at once to an open descriptor: stderr, or a log file. */
export function createDescriptorSink(fd: number, format: LogFormat, writer: LogWriter): LogSink {
  return {
    write(record) {
      try {
        writeSync(fd, `${format(record, writer, new Date())}\n`);
      } catch {
        // A full disk or a closed stderr must not end the tunnel.
      }
    },
    close: () => Promise.resolve(),
  };
}

/**
 * Appends to a log file. The file is opened at once, and no child inherits it.
 *
 * Throws the system's error when it cannot be opened.
 */
export function createFileSink(path: string, format: LogFormat, writer: LogWriter): LogSink {
  const fd = openSync(path, 'a');
  const sink = createDescriptorSink(fd, format, writer);
  return {
    ...sink,
    close: () => {
      closeSync(fd);
      return Promise.resolve();
    },
  };
}
