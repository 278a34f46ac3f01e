import {
  fold,
  isTellingTime,
  NOTHING_SAID,
  sameText,
  type Repetition,
  type TunnelEvent,
  type TunnelSnapshot,
  type TunnelState,
} from '@holdfast/machines';

// A round of a tunnel that does not come up leads from one failed start to the next. Rounds that end alike are written down the 1st, 2nd, 4th,
// 8th … time (docs/rules.md, FL-33): else a week of an outage would push its first hour out of the recording. What is left out needs no
// format of its own: a round that is written after others were left out begins with a checkpoint, under a new number.

/** How the failed starts of a life repeat themselves. */
export interface Rounds {
  repetition: Repetition;
  /** The round that may be left out; `null` while all is written at once. */
  held: HeldRound | null;
}

/** A round that is held back until it is known how it ends. */
export interface HeldRound {
  /** Where it began. */
  readonly snapshot: TunnelSnapshot;
  readonly atUs: number;
  readonly sinceUs: number;
  readonly lines: string[];
  /** How many rounds were left out before it. */
  readonly leftOut: number;
}

/** Where a round begins, in the life that it belongs to. */
interface HeldFrom {
  readonly rounds: Rounds;
  readonly lastUs: number;
  readonly sinceUs: number;
}

/** So many rounds are written in any case: a short outage is whole, and at once, in the file. */
const WHOLE_ROUNDS = 4;

/** A life whose rounds have not begun. */
export function noRounds(): Rounds {
  return { repetition: NOTHING_SAID, held: null };
}

/** Whether an input ends a round: the tunnel failed, and waits. */
export function isRoundEnd(before: TunnelState, after: TunnelState): boolean {
  return after === 'backoff' && before !== 'backoff';
}

/** Whether an input belongs to no round: somebody wants something of the tunnel, it is up, or over. */
export function isOutOfRounds(event: TunnelEvent, state: TunnelState): boolean {
  return state === 'healthy' || state === 'stopped' || state === 'failed' || ORDERS.has(event.type);
}

const ORDERS: ReadonlySet<string> = new Set<TunnelEvent['type']>([
  'tunnel.stop',
  'tunnel.restart',
  'tunnel.retry',
  'settings.changed',
]);

/** What the next rounds are counted from: an order begins a new story, and so does a minute of health. */
export function noteOutOfRounds(
  rounds: Rounds,
  event: TunnelEvent,
  before: TunnelState,
  nowUs: number,
): void {
  if (ORDERS.has(event.type)) rounds.repetition = NOTHING_SAID;
  if (before === 'healthy' || before === 'probing' || rounds.repetition === NOTHING_SAID) return;
  const up = { key: 'up', standing: 'up' } as const;
  rounds.repetition = fold(rounds.repetition, up, nowUs / 1000).repetition;
}

/** Counts a round that has ended. */
export function countRound(
  rounds: Rounds,
  { context }: TunnelSnapshot,
  nowUs: number,
): { readonly isWritten: boolean; readonly isNextHeld: boolean } {
  const { last } = context.failures;
  const key = last === null ? '' : `${last.class} ${sameText(last.sentence)}`;
  const { times, repetition } = fold(rounds.repetition, { key, standing: 'down' }, nowUs / 1000);
  rounds.repetition = repetition;
  return { isWritten: isTellingTime(times), isNextHeld: times >= WHOLE_ROUNDS };
}

/** The next round is held back from here on. */
export function holdRound(
  { rounds, lastUs: atUs, sinceUs }: HeldFrom,
  snapshot: TunnelSnapshot,
  leftOut: number,
): void {
  rounds.held = { snapshot, atUs, sinceUs, lines: [], leftOut };
}

/** What is said where rounds were left out. */
export function leftOutWords(rounds: number): string {
  return rounds === 1
    ? 'one more start that failed in the same way is left out here'
    : `${rounds} more starts that failed in the same way are left out here`;
}
