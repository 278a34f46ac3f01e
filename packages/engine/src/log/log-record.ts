/** syslog's levels, as far as they are used. A smaller number is more serious. */
export const LOG_LEVELS = { error: 3, warning: 4, info: 6, debug: 7 } as const;

/** A level of syslog, 0 to 7. */
export type LogLevel = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** One line of the log. */
export interface LogRecord {
  /** How serious it is. */
  readonly level: LogLevel;
  /** One sentence, on one line. */
  readonly text: string;
  /** The fact behind it, for logs that machines read. */
  readonly fact?: { readonly type: string };
}

/** Where lines of the log go. A sink never throws: a full disk must not end a tunnel. */
export interface LogSink {
  /** Takes one record; that it fails is the sink's own business. */
  write(record: LogRecord): void;
  /** Resolves when everything written has gone out, within bounded time. */
  close(): Promise<void>;
}

/** A logger: a sink that drops what is above the level. */
export interface Logger {
  /** Hands the record to all sinks, if its level is not above the logger's. */
  log(record: LogRecord): void;
  /** Closes all sinks: resolves when everything is written. */
  close(): Promise<void>;
}

/** Makes a logger that hands every record up to the level to all sinks. */
export function createLogger(level: LogLevel, sinks: readonly LogSink[]): Logger {
  return {
    log(record) {
      if (record.level > level) return;
      for (const sink of sinks) sink.write(record);
    },
    async close() {
      await Promise.all(sinks.map((sink) => sink.close()));
    },
  };
}
