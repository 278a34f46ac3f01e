import { duration } from '@holdfast/text';
import type { SuspectStatus, TunnelStatus } from './status.ts';

/** Why an ssh that does not answer is kept, and what comes next; nothing of one that answers. */
export function suspectSentences({ suspect }: TunnelStatus, nowMs: number): readonly string[] {
  if (suspect === null) return [];
  const silence = duration(Math.max(0, nowMs - Date.parse(suspect.since)));
  const left = duration(Math.max(0, Date.parse(suspect.until) - nowMs));
  return [
    `It is suspect: no answer for ${silence}. Its ssh is kept, and asked again.`,
    whatTheOtherSays(suspect),
    suspect.challenger === 'in'
      ? `If ssh has not answered in ${left}, it is ended, and the second connection takes its place.`
      : `If nothing has answered in ${left}, ssh is ended and started again.`,
  ];
}

function whatTheOtherSays({ challenger, obstacle }: SuspectStatus): string {
  if (challenger === 'in') return 'A second connection has logged in: the path works.';
  if (challenger === 'trying')
    return 'A second connection is tried now, to see whether the path works.';
  return obstacle === undefined
    ? 'A second connection is to be tried, to see whether the path works.'
    : `There is no second connection that could say whether the path works: ${obstacle}.`;
}
