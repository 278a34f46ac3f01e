import { describe, expect, test } from 'vitest';
import {
  createLogger,
  LOG_LEVELS,
  type LogLevel,
  type LogRecord,
  type LogSink,
} from './log-record.ts';

function listSink(): LogSink & { levels: LogLevel[]; closed: boolean } {
  const sink = {
    levels: [] as LogLevel[],
    closed: false,
    write: ({ level }: LogRecord) => void sink.levels.push(level),
    close: () => {
      sink.closed = true;
      return Promise.resolve();
    },
  };
  return sink;
}

describe('LOG-3: a logger of level', () => {
  const every = Object.values(LOG_LEVELS);

  test.each<[level: LogLevel, passed: LogLevel[]]>([
    [0, []],
    [3, [3]],
    [4, [3, 4]],
    [5, [3, 4]],
    [6, [3, 4, 6]],
    [7, [3, 4, 6, 7]],
  ])('%i passes %j on, to all sinks', (level, passed) => {
    const sinks = [listSink(), listSink()];
    const logger = createLogger(level, sinks);
    for (const each of every) logger.log({ level: each, text: 'x' });
    expect(sinks.map(({ levels }) => levels)).toEqual([passed, passed]);
  });
});

test('closing a logger closes all sinks', async () => {
  const sinks = [listSink(), listSink()];
  await createLogger(7, sinks).close();
  expect(sinks.map(({ closed }) => closed)).toEqual([true, true]);
});

test('a logger without sinks can be used and closed', async () => {
  const logger = createLogger(7, []);
  logger.log({ level: 3, text: 'x' });
  await expect(logger.close()).resolves.toBeUndefined();
});
