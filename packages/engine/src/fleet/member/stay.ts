import {
  tunnelState,
  type TunnelEmitted,
  type TunnelSnapshot,
  type TunnelState,
} from '@holdfast/machines';
import { momentAfter, type Moment } from './moment.ts';

/** In which state a tunnel stays, since when, and what is due. */
export interface Stay {
  readonly state: TunnelState;
  readonly since: Moment;
  /** `null` when no start is due by the clock. */
  readonly nextStart: Moment | null;
  /** Whether its ssh is silent and kept all the same, and for how long it has been; `null`: it is not doubted. */
  readonly doubt: StayDoubt | null;
  /** When something last went wrong; `null`: never. */
  readonly failed: Moment | null;
}

/** The doubt about an ssh that does not answer. */
export interface StayDoubt {
  readonly since: Moment;
  /** Whether it has lasted for so long that the tunnel does not count as healthy. */
  readonly isLasting: boolean;
  /** What the second connection has come to. */
  readonly challenger: 'none' | 'trying' | 'in';
  /** Once it is in: until when ssh can answer. */
  readonly graceEnds: Moment | null;
  /** What the last one came to nothing for; `null`: none has. */
  readonly defeat: Defeat | null;
}

/** The end of a second connection that did not get through. */
export interface Defeat {
  readonly at: Moment;
  /** Lower case, without a full stop. */
  readonly sentence: string;
  /** Whether no other is tried. */
  readonly isLast: boolean;
}

/** The stay of a tunnel that was never started. */
export function firstStay(now: Moment): Stay {
  return { state: 'stopped', since: now, nextStart: null, doubt: null, failed: null };
}

/** The stay after a fact. */
export function stayAfterFact(stay: Stay, fact: TunnelEmitted, now: Moment): Stay {
  const doubt = doubtAfterFact(stay.doubt, fact, now);
  return waitAfterFact(doubt === stay.doubt ? stay : { ...stay, doubt }, fact, now);
}

/** With these, a tunnel is not doubted any more. */
export const ENDS_OF_DOUBT: ReadonlySet<TunnelEmitted['type']> = new Set<TunnelEmitted['type']>([
  'suspicion.ended',
  'stop.began',
  'child.ended',
  'tunnel.ended',
]);

function doubtAfterFact(
  doubt: StayDoubt | null,
  fact: TunnelEmitted,
  now: Moment,
): StayDoubt | null {
  switch (fact.type) {
    case 'suspicion.began':
      return { since: now, isLasting: false, challenger: 'none', graceEnds: null, defeat: null };
    case 'suspicion.lasts':
      return doubt && { ...doubt, isLasting: true };
    case 'challenger.started':
      return doubt && { ...doubt, challenger: 'trying' };
    case 'challenger.ready':
      return doubt && { ...doubt, challenger: 'in', graceEnds: momentAfter(now, fact.graceMs) };
    case 'challenger.ended':
      return doubt && afterDefeat(doubt, fact, now);
    default:
      return ENDS_OF_DOUBT.has(fact.type) ? null : doubt;
  }
}

function afterDefeat(
  doubt: StayDoubt,
  { failure, isLast }: Extract<TunnelEmitted, { readonly type: 'challenger.ended' }>,
  now: Moment,
): StayDoubt {
  const defeat =
    failure === undefined ? doubt.defeat : { at: now, sentence: failure.sentence, isLast };
  return { ...doubt, challenger: 'none', graceEnds: null, defeat };
}

function waitAfterFact(stay: Stay, fact: TunnelEmitted, now: Moment): Stay {
  switch (fact.type) {
    case 'backoff.began':
      return {
        ...stay,
        nextStart: momentAfter(now, fact.graceSeconds * 1000),
        failed: fact.failure === undefined ? stay.failed : now,
      };
    case 'start.asked':
      return { ...stay, nextStart: null };
    case 'child.ended':
      return fact.failure === undefined ? stay : { ...stay, failed: now };
    default:
      return stay;
  }
}

/** The stay after a transition. */
export function stayAfterSnapshot(stay: Stay, snapshot: TunnelSnapshot, now: Moment): Stay {
  const state = shownState(snapshot);
  if (isSameStay(stay.state, state)) return { ...stay, state };
  const nextStart = state === 'backoff' ? stay.nextStart : null;
  return { ...stay, state, since: now, nextStart };
}

/** A probe that is the first one of its ssh proves nothing yet. */
function shownState(snapshot: TunnelSnapshot): TunnelState {
  const state = tunnelState(snapshot);
  return state === 'probing' && snapshot.context.provedAtMs === null ? 'connecting' : state;
}

/** A tunnel that is asked from time to time has been healthy since the first answer. */
function isSameStay(before: TunnelState, now: TunnelState): boolean {
  return before === now || (isHealthyState(before) && isHealthyState(now));
}

/** Whether a tunnel in this state carries traffic. */
export function isHealthyState(state: TunnelState): boolean {
  return state === 'healthy' || state === 'probing';
}
