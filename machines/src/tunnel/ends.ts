import { RULE_SETS } from '../rules/rule-set.ts';
import { isEnding, type CountedFailure } from './failures.ts';
import type {
  ChildUnrunnable,
  EndClass,
  TunnelContext,
  TunnelEnd,
  TunnelSettings,
} from './types.ts';
import { isPremature, type JudgedExit } from './verdict.ts';

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
  return endClass === 'ssh-not-runnable' ? 1 : RULE_SETS[settings.rules].errorExitStatus;
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
export function exitEnd(judged: JudgedExit, { settings, stopReason }: TunnelContext): NamedEnd {
  const { exit, counted } = judged;
  if (stopReason === null && isPremature(judged)) {
    const sentence = `the first ssh exited with status ${exit.status} within the gate time of ${settings.gateSeconds} s`;
    return { class: 'premature-exit', sentence: withCause(sentence, counted) };
  }
  if (counted !== undefined) return failureEnd(counted, settings);
  if (exit.signal !== null) {
    const sentence = `ssh was killed by ${exit.signal}: somebody meant it`;
    return { class: 'deliberate-signal', sentence };
  }
  return exit.status === 0
    ? { class: 'ssh-finished', sentence: 'ssh exited with status 0: it had done its work' }
    : {
        class: 'bad-status',
        sentence: `ssh exited with status ${exit.status}, which is not a lost connection`,
      };
}

/** The end that an ssh brought about which could not be executed. */
export function unrunnableEnd(
  { reason }: ChildUnrunnable,
  counted: CountedFailure | undefined,
  context: TunnelContext,
): NamedEnd {
  return counted?.isTooOften === true && !isEnding(context)
    ? failureEnd(counted, context.settings)
    : { class: 'ssh-not-runnable', sentence: reason };
}

/** The end of a tunnel whose failure is hopeless, or was one too many. */
function failureEnd(
  { report, isTooOften, verdict }: CountedFailure,
  { restartIntensity }: TunnelSettings,
): NamedEnd {
  if (isTooOften && verdict !== 'fail' && restartIntensity !== null) {
    const { starts, periodMs } = restartIntensity;
    const sentence = `more than ${starts} restarts within ${periodMs / 1000} s, at last because: ${report.sentence}`;
    return { class: 'restarts-too-frequent', sentence };
  }
  return { class: 'hopeless', sentence: report.sentence };
}

function withCause(sentence: string, counted: CountedFailure | undefined): string {
  return counted === undefined ? sentence : `${sentence}: ${counted.report.sentence}`;
}
