/** What the interface bears, from whoever may connect to it. */
export interface ControlLimits {
  /** Connections at a time; some more are told so, all others are closed at once. Default: 64. */
  readonly connections: number;
  /** Streams of events at a time: fewer, so that orders still get through. Default: 48. */
  readonly streams: number;
  /** Size of a request's body. Default: 64 kB. */
  readonly bodyBytes: number;
  /** Size of a request's first line and headers. Default: 16 kB. */
  readonly headerBytes: number;
  /** Time for a whole request to arrive, counted from the connection. Default: 10 s. */
  readonly requestMs: number;
  /** Time without a byte read after which an answer is given up. Default: 10 s. */
  readonly answerMs: number;
  /** Time between the signs of life in a stream of events. Default: 15 s. */
  readonly aliveMs: number;
  /** What a stream of events may hold back for a reader who is slower than it. Default: 1 MB. */
  readonly unreadBytes: number;
  /** Events kept for those who ask for what they missed. Default: 500. */
  readonly keptEvents: number;
  /** Time for running requests when the server is closed. Default: 1 s. */
  readonly closeMs: number;
}

export const DEFAULT_LIMITS: ControlLimits = {
  connections: 64,
  streams: 48,
  bodyBytes: 64 * 1024,
  headerBytes: 16 * 1024,
  requestMs: 10_000,
  answerMs: 10_000,
  aliveMs: 15_000,
  unreadBytes: 1024 * 1024,
  keptEvents: 500,
  closeMs: 1000,
};
