import type { RuleSetName } from '@holdfast/machines';

/**
 * ssh's option letters, to know where an option ends: current OpenSSH, so that options younger than autossh pass as well.
 *
 * `M` is not among them: it is autossh's own.
 *
 * @see ssh(1), SYNOPSIS; docs/rules.md, OPT-2 and BUG-8.
 */
const WITH_ARGUMENT = new Set('BDEFIJLOQRSWbceilmopw');
const WITHOUT_ARGUMENT = new Set('1246ACGKNTVXYafgknqstvxy');

/** Until OpenSSH 9.3 a flag without effect, since then with a tag as its argument; the historical programs know the flag. */
const CHANGED_ITS_MIND = 'P';

/**
 * How an option letter goes on: with an argument (joined, or the next word), with an argument only if it is joined, or with further
 * letters.
 */
export type OptionKind = 'argument' | 'joinedArgument' | 'flag';

/** What kind of ssh option a letter is; `undefined` if ssh has no such option. */
export function sshOption(letter: string, rules: RuleSetName): OptionKind | undefined {
  if (WITH_ARGUMENT.has(letter)) return 'argument';
  if (letter === CHANGED_ITS_MIND) return rules === 'classic' ? 'joinedArgument' : 'flag';
  return WITHOUT_ARGUMENT.has(letter) ? 'flag' : undefined;
}
