import { writeSync } from 'node:fs';
import { createOutput, type Output, type OutputSettings } from '../output/output.ts';
import { droppedWords, ownOutput } from '../output/own-output.ts';
import { fileTaker } from '../output/taker.ts';
import type { LogFormat, LogWriter } from './format.ts';
import { LOG_LEVELS, type LogRecord, type LogSink } from './log-record.ts';

/** Writes each line at once to an open descriptor, and waits for whoever reads there. */
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

/** Writes each line to stderr, and waits for nobody: what a paused terminal does not take is dropped and counted. */
export function createStderrSink(format: LogFormat, writer: LogWriter): LogSink {
  const line = lineOf(format, writer);
  const output = ownOutput(2, dropping(line));
  // Others write there too; whoever ends the process closes it.
  return { ...outputSink(output, line), close: () => Promise.resolve() };
}

/**
 * Appends to a log file. The file is opened at once, and no child inherits it. Nothing waits for its reader if it is a named pipe.
 *
 * Throws the system's error when it cannot be opened.
 */
export function createFileSink(path: string, format: LogFormat, writer: LogWriter): LogSink {
  const line = lineOf(format, writer);
  return outputSink(createOutput(fileTaker(path), dropping(line)), line);
}

type Line = (record: LogRecord) => string;

function lineOf(format: LogFormat, writer: LogWriter): Line {
  return (record) => `${format(record, writer, new Date())}\n`;
}

function outputSink(output: Output, line: Line): LogSink {
  return { write: (record) => output.write(line(record)), close: () => output.close() };
}

function dropping(line: Line): OutputSettings {
  return {
    tellDropped: (lines) => line({ level: LOG_LEVELS.warning, text: droppedWords(lines) }),
  };
}
