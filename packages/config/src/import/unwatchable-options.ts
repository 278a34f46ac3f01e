import {
  goesToBackground,
  readOptionWord,
  settingOfOption,
  takesNextWord,
  type SshOption,
} from '@holdfast/engine/ssh-options';

/** Options of a command line without those that a supervised ssh must not have. */
export interface WatchableOptions {
  readonly options: readonly string[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/**
 * Leaves out what would take ssh out of Holdfast's hands: its control socket, its last words, its place in the foreground.
 *
 * @see docs/decisions/0011-ssh-config-under-a-supervisor.md
 */
export function leaveOutUnwatchable(words: readonly string[]): WatchableOptions {
  const options: string[] = [];
  const notes: string[] = [];
  const isKept = (letter: string, argument = '') => {
    const option = { letter, argument, index: 0 };
    const reason = reasonAgainst(option);
    if (reason !== undefined) notes.push(`left out: ${written(option)}, ${reason}`);
    return reason === undefined;
  };
  for (let at = 0; at < words.length; at += 1) {
    const read = readOptionWord(words[at]!);
    const isApart = takesNextWord(read);
    const some = words.slice(at, at + (isApart ? 2 : 1));
    const flags = Array.from(read.flags).filter((flag) => isKept(flag));
    const hasLetter =
      read.letter !== '' && isKept(read.letter, isApart ? words[at + 1] : read.joined);
    if (hasLetter) {
      const [, ...next] = some;
      options.push(`-${flags.join('')}${read.letter}${read.joined}`, ...next);
    } else if (flags.length > 0) options.push(`-${flags.join('')}`);
    if (isApart) at += 1;
  }
  return { options, notes };
}

function written({ letter, argument }: SshOption): string {
  return argument === '' ? `-${letter}` : `-${letter} ${argument.trim()}`;
}

const SOCKET = 'since Holdfast asks through a control socket of its own';
const WORDS = 'since why ssh ended is read from what it says';

function reasonAgainst(option: SshOption): string | undefined {
  if (option.letter === 'S' || option.letter === 'M') return SOCKET;
  if (option.letter === 'E' || option.letter === 'y') return WORDS;
  const setting = settingOfOption(option);
  if (setting === undefined) return undefined;
  const { keyword, value } = setting;
  if (/^control(?:path|master|persist)$/.test(keyword)) return SOCKET;
  if (keyword === 'loglevel' && /^(?:quiet|silent|fatal|error)$/i.test(value)) return WORDS;
  if (keyword === 'clearallforwardings' && !/^(?:no|false)$/i.test(value))
    return 'since it takes the forwards of the tunnel away';
  return goesToBackground(setting) || keyword === 'forkafterauthentication'
    ? 'since a tunnel stays in the foreground'
    : undefined;
}
