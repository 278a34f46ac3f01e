import { LETTERS_WITH_ARGUMENT, LETTERS_WITHOUT_ARGUMENT } from '@holdfast/engine/ssh-options';
import type { RuleSetName } from '@holdfast/machines';

const WITH_ARGUMENT = new Set(LETTERS_WITH_ARGUMENT);
const WITHOUT_ARGUMENT = new Set(LETTERS_WITHOUT_ARGUMENT);

/** What ssh calls `-M` is here the monitoring port. */
const AUTOSSH_OWN = 'M';

/** Until OpenSSH 9.3 a flag without effect, since then with a tag as its argument; the historical programs know the flag. */
const CHANGED_ITS_MIND = 'P';

/**
 * How an option letter goes on: with an argument (joined, or the next word), with an argument only if it is joined, or with further
 * letters.
 */
export type OptionKind = 'argument' | 'joinedArgument' | 'flag';

/**
 * What kind of ssh option a letter is; `undefined` if ssh has no such option, or autossh has it for itself.
 *
 * By the options of current OpenSSH, so that those younger than autossh pass as well.
 *
 * @see docs/rules.md, OPT-2 and BUG-8.
 */
export function sshOption(letter: string, rules: RuleSetName): OptionKind | undefined {
  if (letter === AUTOSSH_OWN) return undefined;
  if (letter === CHANGED_ITS_MIND) return rules === 'classic' ? 'joinedArgument' : 'flag';
  if (WITH_ARGUMENT.has(letter)) return 'argument';
  return WITHOUT_ARGUMENT.has(letter) ? 'flag' : undefined;
}
