/** What there was to see: texts that are equal as long as the keys are the same; `undefined` where nothing could be seen. */
export interface CredentialLook {
  readonly agent: string | undefined;
  readonly files: string | undefined;
}

/** How a watch over credentials stands after a look. */
export interface CredentialWatch {
  /** What was seen of each last. */
  readonly seen: CredentialLook;
  /** Whether something has changed and is not told yet. */
  readonly isPending: boolean;
  /** When changes were told lately, oldest first. */
  readonly toldAtMs: readonly number[];
  /** Whether a change is told now. */
  readonly tells: boolean;
}

/** How many changes are told in {@link WINDOW_MS}. */
const MOST_TOLD = 10;

const WINDOW_MS = 10 * 60_000;

/** A watch that has not looked yet. */
export const BLIND_WATCH: CredentialWatch = {
  seen: { agent: undefined, files: undefined },
  isPending: false,
  toldAtMs: [],
  tells: false,
};

/**
 * The watch after one more look.
 *
 * At most 10 changes are told in 10 minutes, the rest together when there is room again: each may be answered with an attempt that
 * a server counts, and a file that changes with each attempt must not make a circle of it.
 */
export function watchOn(
  watch: CredentialWatch,
  look: CredentialLook,
  nowMs: number,
): CredentialWatch {
  const { agent = watch.seen.agent, files = watch.seen.files } = look;
  const changes = differs(watch.seen.agent, agent) || differs(watch.seen.files, files);
  const lately = watch.toldAtMs.filter((ms) => nowMs - ms < WINDOW_MS);
  const isPending = watch.isPending || changes;
  const tells = isPending && lately.length < MOST_TOLD;
  return {
    seen: { agent, files },
    isPending: isPending && !tells,
    toldAtMs: tells ? [...lately, nowMs] : lately,
    tells,
  };
}

/** What is seen for the first time is no change. */
function differs(before: string | undefined, now: string | undefined): boolean {
  return before !== undefined && before !== now;
}
