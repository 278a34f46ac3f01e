import { lacksWitness, type TunnelContext } from '@holdfast/machines';
import type { Member } from '../member/member.ts';
import { dueWallMs, isoTime, momentAfter, pastWallMs, type Moment } from '../member/moment.ts';
import type { StayDoubt } from '../member/stay.ts';
import type { SuspectStatus } from './status.ts';

/** What the doubt of a tunnel needs to be told. */
type Doubted = Pick<Member, 'stay' | 'context' | 'noWitness'>;

/** A tunnel whose ssh does not answer, and is kept; `null`: it answers. */
export function describeSuspect(
  { stay: { doubt }, context, noWitness }: Doubted,
  now: Moment,
): SuspectStatus | null {
  if (doubt === null || context === null) return null;
  const { isLasting, challenger, defeat } = doubt;
  const isAlone = lacksWitness(context);
  const obstacle = defeat?.sentence ?? (isAlone ? noWitness : undefined);
  return {
    since: isoTime(silentSince(doubt, context, now)),
    isLasting,
    challenger,
    ...(obstacle === undefined ? {} : { obstacle }),
    until: isoTime(dueWallMs(givenUpAt(doubt, context, isAlone), now)),
  };
}

/** The first miss is told a time-out after the question that it is about. */
function silentSince(
  { since }: StayDoubt,
  { doubt }: Pick<TunnelContext, 'doubt'>,
  now: Moment,
): number {
  const silentSinceMs = doubt?.silentSinceMs ?? null;
  if (silentSinceMs === null) return pastWallMs(since, now);
  return now.wallMs - (now.monotonicMs - silentSinceMs);
}

/** What ends first: the grace beside a second connection, the patience without one, or that of all. */
function givenUpAt(
  { since, graceEnds, defeat }: StayDoubt,
  { settings: { patienceSeconds, patienceAloneSeconds } }: Pick<TunnelContext, 'settings'>,
  isAlone: boolean,
): Moment {
  const last = momentAfter(since, patienceSeconds * 1000);
  const aloneSince = defeat?.isLast === true ? defeat.at : since;
  const alone = isAlone ? [momentAfter(aloneSince, patienceAloneSeconds * 1000)] : [];
  return [last, ...alone, ...(graceEnds === null ? [] : [graceEnds])].reduce(earlier);
}

function earlier(one: Moment, other: Moment): Moment {
  return other.monotonicMs < one.monotonicMs ? other : one;
}
