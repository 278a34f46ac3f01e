/**
 * What the system's table of sockets says of the connection of an ssh that does not answer.
 *
 * Whoever reads the table says `null` instead where it cannot be read: behind a jump host or a ProxyCommand, or on another system than Linux.
 */
export interface ConnectionSight {
  /** Whether the far end's system acknowledged, or sent, anything since the probe was sent that is late. */
  readonly hasMoved: boolean;
  /** Milliseconds until TCP sends again what was not acknowledged; `null`: all is acknowledged. */
  readonly resendInMs: number | null;
  /** Whether this machine still has the local address of the connection. */
  readonly hasAddress: boolean;
  /** How many streams were open through the tunnel at the last answer; `null`: it cannot be read, and counts as some. */
  readonly streams: number | null;
}

/** Bytes that move are life for so long without an answer: 60 s. A full upload makes an answer late, and not the connection dead. */
export const LONGEST_UPLOAD_MS = 60_000;

/** A far end that has acknowledged everything, and says nothing, gets so long from its last answer on: 9 s. */
export const LONGEST_QUIET_MS = 9000;

/** And so long, at least, from the first question on that it has not answered: 4 s, where the time between two questions is long. */
export const SHORTEST_QUIET_MS = 4000;

/** What is known of an old connection when the second one is there. */
export interface SilentConnection {
  readonly sight: ConnectionSight | null;
  /** How long it has not answered: since the first probe was sent that it has not answered yet. */
  readonly silentMs: number;
  /** How long it is since its last answer. */
  readonly unansweredMs: number;
  /** How long the next answer may take, once its question is through. */
  readonly probeTimeoutMs: number;
  /** How long the tunnel is patient with a connection that is silent. */
  readonly patienceMs: number;
}

/** Whether bytes still move on a connection whose answer is late: then it is slow, and not dead. */
export function isMoving(sight: ConnectionSight | null, unansweredMs: number): boolean {
  return sight !== null && sight.hasMoved && unansweredMs < LONGEST_UPLOAD_MS;
}

/**
 * Milliseconds in which an old connection that lives is heard again, when it is known that the path works: TCP sends again what was not
 * acknowledged, and the answer takes its time. 0: it cannot be heard, since the address is gone that the connection had.
 *
 * With nothing to send again it is the far end that is silent, and it gets some seconds. Where the table cannot be read, it is as long again
 * as it has been silent: TCP waits no longer than that before it sends again.
 *
 * @see RFC 6298, 5.5; docs/decisions/0016-make-before-break.md
 */
export function resumeMs(connection: SilentConnection): number {
  const { silentMs, patienceMs } = connection;
  return Math.round(Math.max(0, Math.min(askedResumeMs(connection), patienceMs - silentMs)));
}

/**
 * Milliseconds that an old connection has left when a second one to the same place is there: it proves that the path works, so that the
 * old one is dead, or TCP has not sent again yet. 0: it is given up at once.
 *
 * Nobody loses anything by that where no stream is open. Else it is the time in which it would be heard: see {@link resumeMs}.
 */
export function graceMs(connection: SilentConnection): number {
  return connection.sight?.streams === 0 ? 0 : resumeMs(connection);
}

function askedResumeMs({
  sight,
  silentMs,
  unansweredMs,
  probeTimeoutMs,
}: SilentConnection): number {
  if (sight === null) return silentMs;
  if (!sight.hasAddress) return 0;
  if (sight.resendInMs !== null) return sight.resendInMs + probeTimeoutMs;
  return Math.max(LONGEST_QUIET_MS - unansweredMs, SHORTEST_QUIET_MS - silentMs);
}
