/** What the inspector's server bears, from whoever may connect to it: any process of this machine. */
export interface InspectorLimits {
  /** Connections at a time; the next ones are closed at once. Default: 64. */
  readonly connections: number;
  /** Streams at a time: fewer, so that orders still get through. Default: 16. */
  readonly streams: number;
  /** Size of a request's body. Default: 4 kB. */
  readonly bodyBytes: number;
  /** Size of a request's first line and headers. Default: 16 kB. */
  readonly headerBytes: number;
  /** Time for a whole request to arrive, counted from the connection. Default: 10 s. */
  readonly requestMs: number;
  /** Time without a byte read after which an answer is given up. Default: 10 s. */
  readonly answerMs: number;
  /** Time between the signs of life in a stream. Default: 15 s. */
  readonly aliveMs: number;
  /** Least time between two messages of a stream. Default: 100 ms. */
  readonly changesMs: number;
  /** What a stream may hold back for a reader who is slower than it. Default: 4 MB. */
  readonly unreadBytes: number;
  /** How long a wrong token waits for its answer. Default: 500 ms. */
  readonly wrongTokenMs: number;
  /** Wrong tokens that wait at a time; the next ones are cut off without an answer. Default: 8. */
  readonly wrongTokens: number;
  /** Steps in an answer; the oldest are left out. Default: 5,000. */
  readonly steps: number;
  /** Time for running requests when the server is closed. Default: 1 s. */
  readonly closeMs: number;
  /** Time without a reader and without a request with the token after which the server closes itself. Default: 30 min. */
  readonly idleMs: number;
}

export const DEFAULT_LIMITS: InspectorLimits = {
  connections: 64,
  streams: 16,
  bodyBytes: 4 * 1024,
  headerBytes: 16 * 1024,
  requestMs: 10_000,
  answerMs: 10_000,
  aliveMs: 15_000,
  changesMs: 100,
  unreadBytes: 4 * 1024 * 1024,
  wrongTokenMs: 500,
  wrongTokens: 8,
  steps: 5000,
  closeMs: 1000,
  idleMs: 30 * 60_000,
};
