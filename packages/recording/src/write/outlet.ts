import type { ClockLine } from '../format/line.ts';
import { createLineBuffer, type LineSource, type RecordingLimits } from './line-buffer.ts';
import { createClockWatch, type RecordingClock } from './recording-clock.ts';

/** Brings lines to the file in good time. Nothing here throws. */
export interface Outlet {
  /** @param isUrgent - whether it goes out in this very turn: what somebody may want to read when all has gone wrong. */
  add(line: string, isUrgent: boolean): void;
  flush(): void;
  /** The error that keeps lines from the file; it is tried once more before. Not to be called while a machine deals with an input. */
  problem(): unknown;
  close(): void;
}

/** Routine is written so late at most. */
const FLUSH_MS = 1000;

/** Makes an outlet, and begins the file. */
export function createOutlet(
  path: string,
  limits: RecordingLimits,
  clock: RecordingClock,
  source: LineSource,
): Outlet {
  const buffer = createLineBuffer(path, limits, source);
  const wasClockSet = createClockWatch(clock);
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;
  const flush = () => {
    clearTimeout(timer);
    clearImmediate(soon);
    timer = undefined;
    soon = undefined;
    buffer.flush();
  };
  buffer.flush();
  return {
    add(line, isUrgent) {
      const clockUs = clock.nowUs();
      if (wasClockSet(clockUs)) {
        const set: ClockLine = { clock: 'set', wallMs: clock.wallMs(), clockUs };
        buffer.add(JSON.stringify(set));
      }
      buffer.add(line);
      if (isUrgent) soon ??= setImmediate(flush);
      else timer ??= setTimeout(flush, FLUSH_MS).unref();
    },
    flush,
    problem() {
      if (buffer.problem() !== undefined) flush();
      return buffer.problem();
    },
    close() {
      flush();
      buffer.close();
    },
  };
}
