/** All classes of failures. */
export const FAILURE_CLASSES = [
  'unreachable',
  'throttled',
  'auth',
  'host-key-changed',
  'host-key-unknown',
  'remote-port-held',
  'local-port-held',
  'local-lack',
  'usage',
  'dropped',
  'unknown',
] as const;

/**
 * What kind of failure ended an ssh, as far as it decides what to do next.
 *
 * Which text of ssh means which class is the business of whoever reads it; the rules know the names only.
 */
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** All verdicts on a failure. */
export const FAILURE_VERDICTS = ['retry', 'wait-for-operator', 'fail'] as const;

/**
 * What to do about a failure: start again after the wait; the same, but tell people that it will hardly
 * get better without them; or give up.
 */
export type FailureVerdict = (typeof FAILURE_VERDICTS)[number];

/** How long to wait, try by try. */
export type FailureWaits =
  | {
      /** A random time from `leastMs` up to a ceiling that doubles with each try, to `mostMs` at most. */
      readonly kind: 'jitter';
      readonly leastMs: number;
      readonly mostMs: number;
      /** So many tries do not wait at all. */
      readonly freeTries: number;
    }
  | {
      /** Fixed times: one for each of the first tries, and one for all that follow. */
      readonly kind: 'steps';
      readonly firstMs: readonly number[];
      readonly thenMs: number;
    }
  | { readonly kind: 'never' };

/** What a class of failures asks for. */
export interface FailurePolicy {
  readonly waits: FailureWaits;
  /** From this try on it is a matter for people; before it, it may pass by itself. `null`: never. */
  readonly operatorFromTry: number | null;
  /**
   * What makes the rest of a wait pointless: another tunnel to the same host got through, or keys have changed.
   * A change of this machine's network ends every wait.
   */
  readonly endedBy: 'host-answered' | 'credentials-changed' | null;
}

/** The judgement on one failure. */
export interface FailureJudgement {
  /** What becomes of the tunnel. */
  readonly verdict: FailureVerdict;
  /** Milliseconds until the next start; 0 when there will be none. */
  readonly waitMs: number;
}

/** How often each class has struck since the tunnel was last healthy for long. */
export type FailureCounts = Readonly<Partial<Record<FailureClass, number>>>;

/** Health that lasts so long makes earlier failures forgotten: 60 s. */
export const FORGIVING_HEALTH_MS = 60_000;

/** A local end to a failed connection costs the server nothing. */
const CHEAP: FailureWaits = { kind: 'jitter', leastMs: 500, mostMs: 5000, freeTries: 0 };

/** Every connection that the server has to refuse makes matters worse. */
const CAREFUL: FailureWaits = { kind: 'jitter', leastMs: 1000, mostMs: 60_000, freeTries: 0 };

/** The server forgets a dead session when its own timers say so: seconds to minutes. */
const PORT_HELD: FailureWaits = { kind: 'jitter', leastMs: 2000, mostMs: 15_000, freeTries: 0 };

/** What this machine lacks is no fault of the server's, and is often there a moment later: a user database at boot, a descriptor. */
const LACK: FailureWaits = { kind: 'jitter', leastMs: 1000, mostMs: 15_000, freeTries: 0 };

const NEVER: FailureWaits = { kind: 'never' };

/**
 * The policy of each class. Who does not know what a failure costs the server takes the dear one.
 *
 * @see docs/failures.md, which says the same in words.
 */
export const FAILURE_POLICIES: Readonly<Record<FailureClass, FailurePolicy>> = {
  unreachable: { waits: CHEAP, operatorFromTry: null, endedBy: 'host-answered' },
  throttled: { waits: CAREFUL, operatorFromTry: null, endedBy: 'host-answered' },
  auth: {
    waits: { kind: 'steps', firstMs: [5000, 30_000, 120_000], thenMs: 600_000 },
    operatorFromTry: 4,
    endedBy: 'credentials-changed',
  },
  'host-key-changed': { waits: NEVER, operatorFromTry: 1, endedBy: null },
  'host-key-unknown': { waits: NEVER, operatorFromTry: 1, endedBy: null },
  'remote-port-held': { waits: PORT_HELD, operatorFromTry: null, endedBy: null },
  'local-port-held': { waits: PORT_HELD, operatorFromTry: 1, endedBy: null },
  'local-lack': { waits: LACK, operatorFromTry: null, endedBy: null },
  usage: { waits: NEVER, operatorFromTry: 1, endedBy: null },
  dropped: { waits: { ...CHEAP, freeTries: 1 }, operatorFromTry: null, endedBy: 'host-answered' },
  unknown: { waits: CAREFUL, operatorFromTry: null, endedBy: 'host-answered' },
};

/**
 * The judgement on a failure.
 *
 * The waits are full jitter above a floor: spread over the whole range, so that many tunnels to one host
 * do not come back in step, and never so short that a refusing server is asked again at once.
 *
 * @param tries - how often this class has struck, this time included: 1 or more.
 * @param chance - a random number from 0 to 1.
 * @see "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 ("full jitter"); docs/failures.md.
 */
export function judgeFailure(
  failureClass: FailureClass,
  tries: number,
  chance: number,
): FailureJudgement {
  const { waits, operatorFromTry } = FAILURE_POLICIES[failureClass];
  if (waits.kind === 'never') return { verdict: 'fail', waitMs: 0 };
  const needsOperator = operatorFromTry !== null && tries >= operatorFromTry;
  return {
    verdict: needsOperator ? 'wait-for-operator' : 'retry',
    waitMs: failureWaitMs(waits, tries, chance),
  };
}

/** The counts after one more failure. Each class is counted for itself, and so has its own schedule. */
export function countFailure(
  counts: FailureCounts,
  failureClass: FailureClass,
  healthyMs: number,
): FailureCounts {
  const kept = healthyMs >= FORGIVING_HEALTH_MS ? {} : counts;
  return { ...kept, [failureClass]: (kept[failureClass] ?? 0) + 1 };
}

function failureWaitMs(
  waits: Exclude<FailureWaits, { kind: 'never' }>,
  tries: number,
  chance: number,
): number {
  if (waits.kind === 'steps') return waits.firstMs[tries - 1] ?? waits.thenMs;
  const paidTries = tries - waits.freeTries;
  if (paidTries <= 0) return 0;
  const ceilingMs = Math.min(waits.mostMs, waits.leastMs * 2 ** paidTries);
  return Math.round(waits.leastMs + chance * (ceilingMs - waits.leastMs));
}
