import type { SshExit } from '../rules/exit-status.ts';
import { isEnding, isTooOften, type CountedFailures } from './failures.ts';
import { rulesOf } from './settings.ts';
import type {
  ChildUnrunnable,
  EndClass,
  TunnelContext,
  TunnelEnd,
  TunnelOutput,
  TunnelSettings,
} from './types.ts';
import { isHopeless, isPremature, type JudgedExit } from './verdict.ts';

/** Ends that are no error under any rule set. */
const GOOD_ENDS: readonly EndClass[] = ['ssh-finished', 'starts-used-up', 'lifetime-over'];

/**
 * Exit status for an end: 0 for a good one, the rule set's own for an error.
 *
 * An ssh that never ran is an error in every rule set.
 *
 * @see docs/rules.md, STAT-1 to STAT-3 and RUN-6.
 */
function endStatus(endClass: EndClass, { settings }: TunnelContext): 0 | 1 {
  if (GOOD_ENDS.includes(endClass)) return 0;
  return endClass === 'ssh-not-runnable' ? 1 : rulesOf(settings).errorExitStatus;
}

/** Puts an end together. */
export function describeEnd(
  endClass: EndClass,
  sentence: string,
  context: TunnelContext,
): TunnelEnd {
  return { class: endClass, exitStatus: endStatus(endClass, context), sentence };
}

/** An end, before its exit status is known. */
export interface NamedEnd {
  readonly class: EndClass;
  readonly sentence: string;
}

/** The end that an exit of ssh brought about. */
export function exitEnd(judged: JudgedExit, context: TunnelContext): NamedEnd {
  const { exit, verdict, counted } = judged;
  const { settings, stopReason } = context;
  if (judged.isLostToProbe) return stopReason === null ? HUNG_UP_ON : SILENT;
  if (stopReason === null && isPremature(judged)) {
    const sentence = `the first ssh exited with status ${exit.status} within the gate time of ${settings.gateSeconds} s`;
    return { class: 'premature-exit', sentence: withCause(sentence, counted) };
  }
  if (verdict === 'stop') return { class: 'ssh-finished', sentence: finishedSentence(exit) };
  if (counted !== undefined && isHopeless(counted, context)) return failureEnd(counted, settings);
  if (exit.signal !== null) {
    const sentence = `ssh was killed by ${exit.signal}: somebody meant it`;
    return { class: 'deliberate-signal', sentence };
  }
  return {
    class: 'bad-status',
    sentence: `ssh exited with status ${exit.status}, which is not a lost connection`,
  };
}

const SILENT: NamedEnd = {
  class: 'connection-silent',
  sentence: 'the connection does not answer any more, and ssh is not to be started again for that',
};

const HUNG_UP_ON: NamedEnd = {
  class: 'ended-at-probe',
  sentence: 'ssh ended while its first probe was out, and is not to be started again for that',
};

/** Only a rule set of a user's own calls anything done but status 0. */
function finishedSentence({ status, signal }: SshExit): string {
  if (status === 0) return 'ssh exited with status 0: it had done its work';
  const how = signal === null ? `exited with status ${status}` : `was killed by ${signal}`;
  return `ssh ${how}: by its rules it had done its work`;
}

/** The end that an ssh brought about which could not be executed. */
export function unrunnableEnd(
  { reason }: ChildUnrunnable,
  counted: CountedFailures | undefined,
  context: TunnelContext,
): NamedEnd {
  return counted !== undefined && isTooOften(counted, context.settings) && !isEnding(context)
    ? failureEnd(counted, context.settings)
    : { class: 'ssh-not-runnable', sentence: reason };
}

/** The end of a tunnel whose failure is hopeless, or was one too many. */
function failureEnd(counted: CountedFailures, settings: TunnelSettings): NamedEnd {
  const { last, verdict } = counted;
  const { restartIntensity } = settings;
  if (restartIntensity !== null && isTooOften(counted, settings) && verdict !== 'fail') {
    const { starts, periodMs } = restartIntensity;
    const sentence = `more than ${starts} restarts within ${periodMs / 1000} s, at last because: ${last.sentence}`;
    return { class: 'restarts-too-frequent', sentence };
  }
  return { class: 'hopeless', sentence: last.sentence };
}

function withCause(sentence: string, counted: CountedFailures | undefined): string {
  return counted === undefined ? sentence : `${sentence}: ${counted.last.sentence}`;
}

/** The end of a tunnel that has one; a machine in a final state always has. */
export function endOf({ end }: TunnelContext): TunnelOutput {
  if (end === null) throw new Error('the tunnel has not ended');
  return end;
}
