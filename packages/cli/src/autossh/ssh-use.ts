import type { RuleSetName } from '@holdfast/machines';
import { sshOption } from './arguments.ts';

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

interface Option {
  readonly letter: string;
  /** Its argument; empty for a flag. */
  readonly value: string;
}

/**
 * Reads ssh's words as ssh does: options may follow the host, and end with the second word that is none, which begins the command, or with
 * `--`.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/ssh.c `main()`
 */
export function readSshUse(words: readonly string[], rules: RuleSetName = 'classic'): SshUse {
  const options = readOptions(words, rules);
  const has = (letter: string) => options.some((option) => option.letter === letter);
  const settings = options.filter(({ letter }) => letter === 'o').map(({ value }) => value);
  const says = (setting: RegExp) => settings.some((text) => setting.test(text));
  const hasSession = !has('N') && !says(NO_SESSION);
  return {
    hasSession: hasSession || has('W') || has('s'),
    isRelay: has('W'),
    readsInput: (hasSession || has('W') || has('s')) && !has('n') && !says(NO_INPUT),
    isQuiet: options.findLast(({ letter }) => letter === 'q' || letter === 'v')?.letter === 'q',
    obstacle: options.map(obstacleOf).find((what) => what !== undefined),
  };
}

// ssh skips blanks in front of a keyword, takes it in quotes too, and ends it with blanks or `=`.
const setting = (keyword: string, value: string) =>
  new RegExp(String.raw`^\s*"?${keyword}"?(?:\s*=\s*|\s+)"?${value}"?\s*$`, 'i');

const NO_SESSION = setting('SessionType', 'none');
const NO_INPUT = setting('StdinNull', '(?:yes|true)');
const CONTROL = /^\s*"?(Control(?:Master|Path))\b/i;

/** With these ssh says something, or has another ssh do something, and ends. */
const ENDS_AT_ONCE = new Set('GOQV');

function obstacleOf({ letter, value }: Option): string | undefined {
  if (ENDS_AT_ONCE.has(letter)) return `ssh -${letter} makes no connection`;
  if (letter === 'S') return 'ssh has a control socket of your own (-S)';
  if (letter === 'M') return 'ssh is a master of your own (-M)';
  const keyword = letter === 'o' ? CONTROL.exec(value)?.[1] : undefined;
  return keyword && `ssh has a control socket of your own (-o ${keyword})`;
}

function readOptions(words: readonly string[], rules: RuleSetName): readonly Option[] {
  const options: Option[] = [];
  let hasHost = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (word === '--') break;
    if (!word.startsWith('-') || word === '-') {
      if (hasHost) break;
      hasHost = true;
      continue;
    }
    const read = readCluster(word, words[at + 1] ?? '', rules);
    options.push(...read.options);
    if (read.tookNext) at += 1;
  }
  return options;
}

function readCluster(word: string, next: string, rules: RuleSetName) {
  const options: Option[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const letter = word[at]!;
    const rest = word.slice(at + 1);
    const kind = letter === 'M' ? 'flag' : sshOption(letter, rules);
    if (kind === 'argument') {
      const tookNext = rest === '';
      return { options: [...options, { letter, value: tookNext ? next : rest }], tookNext };
    }
    options.push({ letter, value: '' });
    if (kind === 'joinedArgument') break;
  }
  return { options, tookNext: false };
}
