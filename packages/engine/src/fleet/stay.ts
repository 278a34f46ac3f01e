import {
  tunnelState,
  type TunnelEmitted,
  type TunnelSnapshot,
  type TunnelState,
} from '@holdfast/machines';

/** In which state a tunnel stays, since when, and what is due: on the wall clock, in milliseconds, for people. */
export interface Stay {
  readonly state: TunnelState;
  readonly sinceMs: number;
  /** `null` when no start is due by the clock. */
  readonly nextStartMs: number | null;
  /** When something last went wrong; `null`: never. */
  readonly failedMs: number | null;
}

/** The stay of a tunnel that was never started. */
export function firstStay(nowMs: number): Stay {
  return { state: 'stopped', sinceMs: nowMs, nextStartMs: null, failedMs: null };
}

/** The stay after a fact. */
export function stayAfterFact(stay: Stay, fact: TunnelEmitted, nowMs: number): Stay {
  switch (fact.type) {
    case 'backoff.began':
      return {
        ...stay,
        nextStartMs: nowMs + fact.graceSeconds * 1000,
        failedMs: fact.failure === undefined ? stay.failedMs : nowMs,
      };
    case 'start.asked':
      return { ...stay, nextStartMs: null };
    case 'child.ended':
      return fact.failure === undefined ? stay : { ...stay, failedMs: nowMs };
    default:
      return stay;
  }
}

/** The stay after a transition. */
export function stayAfterSnapshot(stay: Stay, snapshot: TunnelSnapshot, nowMs: number): Stay {
  const state = shownState(snapshot);
  if (isSameStay(stay.state, state)) return { ...stay, state };
  const nextStartMs = state === 'backoff' ? stay.nextStartMs : null;
  return { ...stay, state, sinceMs: nowMs, nextStartMs };
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
