import type { TunnelEvent } from '@holdfast/machines';
import { POLL_TIME_OVER, type RoutineLine } from '../format/line.ts';
import type { RecordedLife } from './lives.ts';

/** An answer is routine only if it was heard so soon. */
const MOST_LATENESS_US = 5000;

/** An answer with everything that a routine line holds. */
export type RoutineAnswer = TunnelEvent & {
  readonly type: 'heartbeat.answered';
  readonly atMs: number;
  readonly roundTripMs: number;
};

/** Whether an input is the end of a poll time, which may be the first half of a routine line. */
export function isPollTimeOver(event: TunnelEvent): boolean {
  return (event.type as string) === POLL_TIME_OVER;
}

/** Whether an input is the second half. */
export function isRoutineAnswer(
  { pollUs, waiting }: RecordedLife,
  event: TunnelEvent,
  handledUs: number,
): event is RoutineAnswer {
  if (pollUs === -1 || waiting > 0 || event.type !== 'heartbeat.answered') return false;
  const { atMs, roundTripMs } = event;
  if (atMs === undefined || roundTripMs === undefined) return false;
  const answeredUs = atMs * 1000;
  return answeredUs >= pollUs && Math.abs(handledUs - answeredUs) < MOST_LATENESS_US;
}

/** Makes the line, and leaves the life at its end. */
export function routineLine(life: RecordedLife, { atMs, roundTripMs }: RoutineAnswer): string {
  const { number, pollUs, lastUs } = life;
  const answeredUs = Math.round(atMs * 1000);
  const line: RoutineLine = [
    number,
    pollUs - lastUs,
    answeredUs - pollUs,
    Math.round(roundTripMs * 1000),
  ];
  life.lastUs = answeredUs;
  life.sinceUs = answeredUs;
  life.pollUs = -1;
  return `[${line.join(',')}]`;
}
