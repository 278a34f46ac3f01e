import type { TunnelEmitted } from '@holdfast/machines';
import { duration } from '@holdfast/text';
import type { EventLevel } from '../fleet-event.ts';

/** What a tunnel tells of an ssh that does not answer, and of the second one beside it. */
export type DoubtFact = Extract<
  TunnelEmitted,
  { readonly type: `suspicion.${string}` | `challenger.${string}` | 'tunnel.switched' }
>;

/** The level and the sentence of such a fact. */
export function doubtSentence(fact: DoubtFact): readonly [EventLevel, string] {
  switch (fact.type) {
    case 'suspicion.began':
      return ['info', 'the connection is suspect: ssh is kept, and asked again'];
    case 'suspicion.lasts':
      return [
        'warning',
        'the connection has been suspect for some seconds: not healthy until it answers',
      ];
    case 'suspicion.ended':
      return ['info', 'the connection answers again: nothing was cut'];
    case 'challenger.asked':
      return ['debug', 'a second connection is to be tried'];
    case 'challenger.settled':
      return ['debug', 'no second connection is on its way any more'];
    case 'challenger.started':
      return ['info', `a second ssh was started to try the path (pid ${fact.pid})`];
    case 'challenger.ready':
      return ['info', `the second ssh has logged in, so the path works; ${grace(fact.graceMs)}`];
    case 'challenger.ended':
      return defeat(fact);
    case 'tunnel.switched':
      return ['warning', `the second ssh took over (pid ${fact.pid ?? 'unknown'})`];
  }
}

function grace(ms: number): string {
  return ms === 0
    ? 'nothing goes through the old one: it is replaced'
    : `the old one has ${duration(ms)} left to answer`;
}

function defeat({
  pid,
  failure,
  isLast,
}: DoubtFact & { type: 'challenger.ended' }): readonly [EventLevel, string] {
  const who = pid === null ? 'a second ssh' : `the second ssh (pid ${pid})`;
  if (failure === undefined) return ['info', `${who} has ended: it was not needed`];
  const after = isLast ? '; no other is tried, and the old one gets its time' : '';
  return [isLast ? 'warning' : 'info', `${who} did not get through: ${failure.sentence}${after}`];
}
