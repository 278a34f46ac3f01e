import type { RuleSetName } from '@holdfast/machines';
import { readSshWords, settingOfOption, type SshOption } from '@holdfast/engine/ssh-options';
import { sshLetters } from './arguments.ts';

/** What ssh is used for, by its words: as much of it as its heartbeat has to know. */
export interface SshUse {
  /** It has a session, a command, a subsystem or -W of its own, whose end is its end; not so with -N. */
  readonly hasSession: boolean;
  /** It has -W, with which it ends at once when its connection through the server ends. */
  readonly isRelay: boolean;
  /** It reads its stdin. */
  readonly readsInput: boolean;
  /** Nothing of its log is seen: -q. */
  readonly isQuiet: boolean;
  /** Words that leave no room for a control socket of ours. */
  readonly obstacle: string | undefined;
}

/** What the words of an ssh say about its use. */
export function readSshUse(words: readonly string[], rules: RuleSetName = 'classic'): SshUse {
  const { options } = readSshWords(words, sshLetters(rules));
  const has = (letter: string) => options.some((option) => option.letter === letter);
  const settings = options.map(settingOfOption);
  const says = (keyword: string, value: RegExp) =>
    settings.some((setting) => setting?.keyword === keyword && value.test(setting.value));
  const hasSession = !has('N') && !says('sessiontype', /^none$/i);
  return {
    hasSession: hasSession || has('W') || has('s'),
    isRelay: has('W'),
    readsInput:
      (hasSession || has('W') || has('s')) && !has('n') && !says('stdinnull', /^(?:yes|true)$/i),
    isQuiet: options.findLast(({ letter }) => letter === 'q' || letter === 'v')?.letter === 'q',
    obstacle: options.map(obstacleOf).find((what) => what !== undefined),
  };
}

const CONTROL = /^\s*"?(Control(?:Master|Path))\b/i;

/** With these ssh says something, or has another ssh do something, and ends. */
const ENDS_AT_ONCE = new Set('GOQV');

function obstacleOf({ letter, argument }: SshOption): string | undefined {
  if (ENDS_AT_ONCE.has(letter)) return `ssh -${letter} makes no connection`;
  if (letter === 'S') return 'ssh uses your own control socket (-S)';
  if (letter === 'M') return 'ssh is your own control master (-M)';
  const keyword = letter === 'o' ? CONTROL.exec(argument)?.[1] : undefined;
  return keyword && `ssh uses your own control socket (-o ${keyword})`;
}
