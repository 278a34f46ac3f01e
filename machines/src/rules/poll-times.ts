/** Network time-out when the poll time is long enough, in milliseconds (autossh's default). */
export const NETWORK_TIMEOUT_MS = 15_000;

/** The poll times as a user sets them, in whole seconds. */
export interface PollSettings {
  /** Time between probes. */
  readonly pollSeconds: number;
  /** Time from a start to its first probe. */
  readonly firstPollSeconds: number;
  /** 0 means no limit. */
  readonly lifetimeSeconds: number;
}

/** The poll times as they are used. */
export interface PollTimes {
  /** Time between probes; at most the lifetime. */
  readonly pollSeconds: number;
  /** Time from a start to its first probe; at most the lifetime. */
  readonly firstPollSeconds: number;
  /** How long a probe waits for a connection, and for each answer. */
  readonly networkTimeoutMs: number;
}

/**
 * Clamps the poll times to the lifetime, and derives the network time-out from the poll time.
 *
 * @see docs/rules.md, ENV-11 and HB-10.
 */
export function pollTimes(settings: PollSettings): PollTimes {
  const { lifetimeSeconds } = settings;
  const clamp = (seconds: number) =>
    lifetimeSeconds > 0 ? Math.min(seconds, lifetimeSeconds) : seconds;
  const pollSeconds = clamp(settings.pollSeconds);
  return {
    pollSeconds,
    firstPollSeconds: clamp(settings.firstPollSeconds),
    networkTimeoutMs: networkTimeoutMs(pollSeconds),
  };
}

/**
 * Milliseconds that one step of a probe may take: 15 s, or half the poll time if that is less.
 *
 * It follows the poll time and never the first poll time.
 *
 * @see docs/rules.md, HB-10.
 */
export function networkTimeoutMs(pollSeconds: number): number {
  return Math.min(NETWORK_TIMEOUT_MS, (pollSeconds * 1000) / 2);
}

/** How soon to ask again after a probe that never left this machine. */
const ASK_AGAIN_SECONDS = 5;

/**
 * Seconds until the next probe: as usual, but soon after one that never left this machine.
 *
 * @param unsent - why the last probe did not leave; `null` if it did.
 * @param usualSeconds - the poll time, or the first poll time.
 * @see docs/rules.md, HB-11 and FL-30.
 */
export function pollSecondsAfter(unsent: string | null, usualSeconds: number): number {
  return unsent === null ? usualSeconds : Math.min(usualSeconds, ASK_AGAIN_SECONDS);
}
