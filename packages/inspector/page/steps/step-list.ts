import type { Step } from '@holdfast/recording';
import { isUp } from '../list/tone.ts';

/** More than this are not kept: the oldest go. At one probe every five seconds this is more than a day. */
export const MOST_STEPS = 40_000;

/** Times of one step differ by so much where one was written down and the other was seen as it happened. */
const SAME_MS = 25;

/**
 * Puts what is known and what came together: each step once, by time.
 *
 * Steps of different answers are told apart by what they are: each answer, and each stream, counts from 0.
 */
export function joinSteps(known: readonly Step[], came: readonly Step[]): readonly Step[] {
  const [first] = came;
  if (first === undefined) return known;
  const last = known.at(-1);
  const isLater = last === undefined || first.atMs > last.atMs + SAME_MS;
  const joined = isLater ? [...known, ...inOrder(came)] : mix(known, inOrder(came));
  return joined.length > MOST_STEPS ? joined.slice(-MOST_STEPS) : joined;
}

function inOrder(steps: readonly Step[]): readonly Step[] {
  const isOrdered = steps.every((step, at) => at === 0 || (steps[at - 1]?.atMs ?? 0) <= step.atMs);
  return isOrdered ? steps : steps.toSorted((one, other) => one.atMs - other.atMs);
}

/** What overlaps is looked through for what is there twice; what came stands for both. */
function mix(known: readonly Step[], came: readonly Step[]): readonly Step[] {
  const start = positionAt(known, (came[0]?.atMs ?? 0) - SAME_MS) + 1;
  const end = positionAt(known, (came.at(-1)?.atMs ?? 0) + SAME_MS) + 1;
  const own = known.slice(start, end).filter((step) => !hasTwin(came, step));
  const mixed = own.length === 0 ? came : inOrder([...came, ...own]);
  return [...known.slice(0, start), ...mixed, ...known.slice(end)];
}

function hasTwin(steps: readonly Step[], { atMs, event, state }: Step): boolean {
  for (let at = positionAt(steps, atMs + SAME_MS); at >= 0; at -= 1) {
    const step = steps[at];
    if (step === undefined || step.atMs < atMs - SAME_MS) return false;
    if (step.event === event && step.state === state) return true;
  }
  return false;
}

/** What a step is known by, in whatever answer it came. */
export function keyOf({ atMs, event, state }: Step): string {
  return `${atMs} ${event} ${state}`;
}

/** Position of the last step that was not later than a moment; -1 before the first. */
export function positionAt(steps: readonly Step[], atMs: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.atMs ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Position of a step, of several in one millisecond too; of the last one that was not later, if it is not there. */
export function positionOfKey(steps: readonly Step[], atMs: number, key: string | null): number {
  const last = positionAt(steps, atMs);
  for (let at = last; key !== null && steps[at]?.atMs === atMs; at -= 1) {
    const step = steps[at];
    if (step !== undefined && keyOf(step) === key) return at;
  }
  return last;
}

/** Since when the state of a step had lasted, as far back as is known. Probes do not end the time in which traffic was carried. */
export function sinceOf(steps: readonly Step[], position: number): number | null {
  const state = steps[position]?.state;
  if (state === undefined) return null;
  let first = position;
  while (lasts(steps[first - 1]?.state, state)) first -= 1;
  return steps[first]?.atMs ?? null;
}

function lasts(before: string | undefined, state: string): boolean {
  return before === state || (before !== undefined && isUp(before) && isUp(state));
}

const ROUTINE = new Set([
  'heartbeat.answered',
  'after pollTime',
  'after proofTime',
  'tunnel.probe',
]);

/** Whether a step is everyday business: a probe and its answer, or an input that changed nothing and says nothing. */
export function isRoutine(step: Step, before: Step | undefined): boolean {
  if (before !== undefined && isUp(step.state) !== isUp(before.state)) return false;
  if (ROUTINE.has(step.event)) return true;
  return step.taken.length === 0 && step.sentences.length === 0;
}

/** Position of the next step that tells something, in a direction; `undefined` if there is none. */
export function nextTelling(
  steps: readonly Step[],
  position: number,
  direction: 1 | -1,
): number | undefined {
  for (let at = position + direction; at >= 0 && at < steps.length; at += direction) {
    const step = steps[at];
    if (step !== undefined && !isRoutine(step, steps[at - 1])) return at;
  }
  return undefined;
}
