import type { SshExit, TunnelEmitted, TunnelState } from '@holdfast/machines';
import type { Step } from './tunnel-steps.ts';

type Fact<TType extends TunnelEmitted['type']> = Extract<TunnelEmitted, { type: TType }>;

/** Why a tunnel took a step, in one sentence for people. */
export function stepWords({ from, to, facts }: Step): string {
  if (from === 'gating' && to === 'connecting') return 'the first ssh has left the starting gate';
  const words = [exitWords(facts), missWords(facts), probeWords(facts), startWords(facts)];
  return words.filter((word) => word !== undefined).join('; ');
}

/** What told the tunnel that its ssh was of no use any more: the first sign among some facts. */
export function foundBy(facts: readonly TunnelEmitted[]): string {
  const sign = facts.find((fact) => fact.type === 'child.ended' || isLastMiss(fact));
  if (sign === undefined) return 'nothing';
  return sign.type === 'child.ended'
    ? `ssh exited (${sign.exit.signal ?? sign.exit.status})`
    : 'heartbeat';
}

/** A path through states on one line; a pair of states that repeats is written once. */
export function pathWords(states: readonly TunnelState[]): string {
  const words: string[] = [];
  for (let at = 0; at < states.length;) {
    const times = pairsFrom(states, at);
    const isRepeated = times > 1;
    words.push(isRepeated ? `(${states[at]} -> ${states[at + 1]}) x${times}` : `${states[at]}`);
    at += isRepeated ? 2 * times : 1;
  }
  return words.join(' -> ');
}

/** How often the pair of states at a place comes there, one after the other. */
function pairsFrom(states: readonly TunnelState[], at: number): number {
  let end = at + 2;
  while (
    end + 1 < states.length &&
    states[end] === states[at] &&
    states[end + 1] === states[at + 1]
  ) {
    end += 2;
  }
  return (end - at) / 2;
}

/** All facts of one type. */
export function factsOf<TType extends TunnelEmitted['type']>(
  facts: readonly TunnelEmitted[],
  type: TType,
): Fact<TType>[] {
  return facts.filter((fact): fact is Fact<TType> => fact.type === type);
}

function exitWords(facts: readonly TunnelEmitted[]): string | undefined {
  const exits = factsOf(facts, 'child.ended');
  const [first] = exits;
  if (first === undefined) return undefined;
  const name = exitName(first.exit);
  return exits.length === 1
    ? `ssh exited (${name})`
    : `${exits.length} quick starts failed (${name})`;
}

function exitName({ status, signal }: SshExit): string {
  return signal ?? `status ${status}`;
}

function isLastMiss(fact: TunnelEmitted): boolean {
  return fact.type === 'stop.began' && fact.reason === 'heartbeat-missed';
}

function missWords(facts: readonly TunnelEmitted[]): string | undefined {
  return facts.some(isLastMiss) ? 'no heartbeat message came back; ssh is ended' : undefined;
}

function probeWords(facts: readonly TunnelEmitted[]): string | undefined {
  if (facts.some(({ type }) => type === 'probe.answered')) return 'the message came back';
  if (facts.some(({ type }) => type === 'probe.began')) return 'a heartbeat message goes out';
  return undefined;
}

/** What comes next: a start, or a wait. */
function startWords(facts: readonly TunnelEmitted[]): string | undefined {
  const wait = factsOf(facts, 'backoff.began').at(-1);
  const start = factsOf(facts, 'start.began').at(-1);
  if (start !== undefined && facts.indexOf(start) > facts.lastIndexOf(wait as TunnelEmitted)) {
    return `ssh starts again (start ${start.start})`;
  }
  return wait === undefined ? undefined : `next start in ${wait.graceSeconds} s`;
}
