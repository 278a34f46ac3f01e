/** The two clocks of a recording. */
export interface RecordingClock {
  /** Whole microseconds on a clock that never goes back. */
  nowUs(): number;
  /** Milliseconds since 1970. */
  wallMs(): number;
}

/** The clocks of this process. */
export const processClock: RecordingClock = {
  nowUs: () => Math.round(performance.now() * 1000),
  wallMs: () => Date.now(),
};

/** How far the clocks may drift apart before it is written down. */
const MOST_DRIFT_MS = 500;

/** Says whether the wall clock was set since it was asked last. */
export function createClockWatch(clock: RecordingClock): (nowUs: number) => boolean {
  let offsetMs = clock.wallMs() - clock.nowUs() / 1000;
  return (nowUs) => {
    const nowOffsetMs = clock.wallMs() - nowUs / 1000;
    if (Math.abs(nowOffsetMs - offsetMs) < MOST_DRIFT_MS) return false;
    offsetMs = nowOffsetMs;
    return true;
  };
}
