import { spawn } from 'node:child_process';
import { bareFormat, type LogFormat, type LogWriter } from './format.ts';
import { droppedWords } from '../output/own-output.ts';
import { LOG_LEVELS, type LogRecord, type LogSink } from './log-record.ts';

/** syslog's names of its levels, as `logger -p` wants them. */
const LEVEL_NAMES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

/** How long the last lines may take to go out. */
const CLOSE_MS = 1000;

/** So many lines wait for a syslog that does not take them; what comes then is dropped and counted. */
const MOST_WAITING = 1000;

/**
 * Sends lines to syslog, facility user, through the system's `logger`.
 *
 * Lines wait for the end of the present turn, and then go out in batches of one level each: one short-lived `logger` a batch,
 * so that nothing stays resident, and ssh is started before any of it.
 */
export function createSyslogSink(writer: LogWriter, format: LogFormat = bareFormat): LogSink {
  const waiting: LogRecord[] = [];
  let sending: Promise<void> | undefined;
  let dropped = 0;

  const send = async () => {
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      await runLogger(writer, nextBatch(waiting), format);
      if (dropped === 0) continue;
      waiting.push({ level: LOG_LEVELS.warning, text: droppedWords(dropped) });
      dropped = 0;
    }
    sending = undefined;
  };

  return {
    write(record) {
      if (waiting.length < MOST_WAITING) waiting.push(record);
      else dropped += 1;
      sending ??= send();
    },
    close: () => Promise.race([sending ?? Promise.resolve(), timeout(CLOSE_MS)]),
  };
}

/** Takes the records in front that share one level. */
function nextBatch(waiting: LogRecord[]): LogRecord[] {
  const level = waiting[0]?.level;
  const end = waiting.findIndex((record) => record.level !== level);
  return waiting.splice(0, end === -1 ? waiting.length : end);
}

function runLogger(
  writer: LogWriter,
  batch: readonly LogRecord[],
  format: LogFormat,
): Promise<void> {
  const priority = `user.${LEVEL_NAMES[batch[0]!.level]}`;
  const text = batch.map((record) => format(record, writer, new Date())).join('\n');
  return new Promise((resolve) => {
    const logger = spawn('logger', ['-t', `${writer.program}[${writer.pid}]`, '-p', priority], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // A system without syslog, or without `logger`, gets no log: as with the classic program.
    logger.on('error', () => resolve()).on('exit', () => resolve());
    logger.stdin?.on('error', () => undefined).end(`${text}\n`);
  });
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
