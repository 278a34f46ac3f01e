import type { SshExit } from '../rules/exit-status.ts';
import { RULE_SETS } from '../rules/rule-set.ts';
import type { EndClass, TunnelContext, TunnelEnd } from './types.ts';

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

/** The class of an end that an exit of ssh brought about. */
export function exitEndClass({ status, signal }: SshExit, premature: boolean): EndClass {
  if (signal !== null) return 'deliberate-signal';
  if (premature) return 'premature-exit';
  return status === 0 ? 'ssh-finished' : 'bad-status';
}

/** The sentence for an exit of ssh that ended the tunnel. */
export function exitSentence(
  { status, signal }: SshExit,
  endClass: EndClass,
  { settings }: TunnelContext,
): string {
  switch (endClass) {
    case 'deliberate-signal':
      return `ssh was killed by ${signal}: somebody meant it`;
    case 'premature-exit':
      return `the first ssh exited with status ${status} within the gate time of ${settings.gateSeconds} s`;
    case 'ssh-finished':
      return 'ssh exited with status 0: it had done its work';
    default:
      return `ssh exited with status ${status}, which is not a lost connection`;
  }
}
