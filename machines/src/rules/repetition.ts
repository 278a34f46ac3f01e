/**
 * What is said over and over is told the 1st, 2nd, 4th, 8th … time, and counted in between: an outage of a week then leaves room for its first
 * hour, wherever it is written down.
 *
 * A `Repetition` is what is known of one tunnel; {@link fold} takes what is to be said next.
 *
 * @see docs/rules.md, FL-33
 */
export interface Repetition {
  /** How often each thing was said, and since when. */
  readonly said: ReadonlyMap<string, Said>;
  /** Since when the tunnel is up; `null` while it is not. */
  readonly upSinceMs: number | null;
  /** For how long it has to be up before whatever comes next begins a new story. */
  readonly calmMs: number;
  /** How the tunnel is, and how those who are told believe it to be. */
  readonly is: Standing;
  readonly told: Standing;
}

/** How often something was said, and since when. */
export interface Said {
  readonly times: number;
  readonly sinceMs: number;
}

/** What a saying tells of the tunnel: that it is up, that it is down, or neither. */
export type Standing = 'up' | 'down' | null;

/** Something that is to be said. */
export interface Saying {
  /** What is the same is one thing: see {@link sameText}. */
  readonly key: string;
  readonly standing: Standing;
  /** Whether it begins a new story, so that all that was counted is forgotten: an operator's order, an end. */
  readonly isNewStory?: boolean;
}

/** Whether to tell it, and what is known then. */
export interface Folded extends Said {
  readonly isTold: boolean;
  readonly repetition: Repetition;
}

/** A Map, since each object with keys of its own would have a hidden class of its own. */
const NOTHING: ReadonlyMap<string, Said> = new Map();

/** Nothing was said yet. */
export const NOTHING_SAID: Repetition = {
  said: NOTHING,
  upSinceMs: null,
  calmMs: 60_000,
  is: null,
  told: null,
};

/** A tunnel that is up for so long begins a new story with whatever comes next: 60 s, as for its failures (FL-5). */
export const CALM_MS = NOTHING_SAID.calmMs;

/**
 * Each story that ends so soon makes the next one wait twice as long, up to this: a line that drops every 90 s is one story, and not a new one
 * each time.
 */
export const LONGEST_CALM_MS = 3_600_000;

/** More different things are taken for one: whoever words each failure anew must not get round the rule. */
const MOST_THINGS = 32;

/** Takes what is to be said next. */
export function fold(before: Repetition, saying: Saying, nowMs: number): Folded {
  const { standing } = saying;
  const isOrder = saying.isNewStory === true;
  const isNew = isOrder || isCalm(before, nowMs);
  const said = isNew ? NOTHING : before.said;
  const key = said.has(saying.key) || said.size < MOST_THINGS ? saying.key : '';
  const { times, sinceMs } = said.get(key) ?? { times: 0, sinceMs: nowMs };
  const now: Said = { times: times + 1, sinceMs };
  const isTold = isTellingTime(now.times);
  const is = standing ?? before.is;
  return {
    ...now,
    isTold,
    repetition: {
      said: new Map(said).set(key, now),
      calmMs: isOrder ? CALM_MS : isNew ? nextCalmMs(before, nowMs) : before.calmMs,
      upSinceMs: standing === 'up' ? nowMs : standing === 'down' ? null : before.upSinceMs,
      is,
      told: isTold && standing !== null ? standing : before.told,
    },
  };
}

/** Whether those who were told believe the tunnel to be otherwise than it is: when it stays so, they are to be told. */
export function isOwed({ is, told }: Repetition): boolean {
  return is !== told;
}

/** What is known when they have been told after all. */
export function paid(repetition: Repetition): Repetition {
  return { ...repetition, told: repetition.is };
}

/** The 1st, 2nd, 4th, 8th … time. */
export function isTellingTime(times: number): boolean {
  return Number.isInteger(Math.log2(times));
}

/** A text without its numbers: ports, pids and times differ where nothing else does. */
export function sameText(text: string): string {
  return text.replace(/\d+(?:[.:]\d+)*/g, '#');
}

function isCalm({ upSinceMs, calmMs }: Repetition, nowMs: number): boolean {
  return upSinceMs !== null && nowMs - upSinceMs >= calmMs;
}

function nextCalmMs({ upSinceMs, calmMs }: Repetition, nowMs: number): number {
  const wasLong = upSinceMs !== null && nowMs - upSinceMs >= LONGEST_CALM_MS;
  return wasLong ? CALM_MS : Math.min(LONGEST_CALM_MS, calmMs * 2);
}
