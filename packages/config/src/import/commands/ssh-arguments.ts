import { type Forward, type ForwardKind, parseForward } from '@holdfast/engine/forward';
import { type Quoting, splitWords } from '../shell/split-words.ts';
import { type OptionWord, readSshSetting, readSshWords } from '@holdfast/engine/ssh-options';
import { HOST, HOST_ALLOWED } from '../../tunnels/schema/names.ts';
import { isTwoWords, letterFault, optionUse } from '../../tunnels/schema/ssh-options.ts';

/** The keywords of ssh_config that are forwards, in lower case. */
export const FORWARD_KEYWORDS: Readonly<Record<string, ForwardKind>> = {
  localforward: 'local',
  remoteforward: 'remote',
  dynamicforward: 'socks',
};

/** A backslash stands for itself but in front of a quote, another one, or a blank. */
const CONFIG: Quoting = {
  end: /\s/,
  unescape: (character, quote) =>
    /["'\\]/.test(character) || (quote === '' && character === ' ') ? character : undefined,
};

/** The arguments of a keyword of ssh_config, without a comment behind them. */
export function readConfigArguments(rest: string): readonly string[] {
  const read = splitWords(rest, CONFIG);
  if ('wrong' in read) return [];
  const comment = read.value.findIndex((word) => word.startsWith('#'));
  return comment === -1 ? read.value : read.value.slice(0, comment);
}

/** A command line of ssh, as a tunnel sees it. */
export interface SshArguments {
  /** As it was written: `user@host`, a Host of ssh_config, or `ssh://user@host:port`. */
  readonly host: string;
  /** Every -L, -R and -D, in the order of the line. */
  readonly forwards: readonly Forward[];
  /** The other options, without those that every tunnel has: -f, -N, -n, -T. */
  readonly options: readonly string[];
  /** What would run at the far end; empty: nothing. */
  readonly command: readonly string[];
}

/** Why a command line of ssh is no tunnel's. */
export interface ArgumentFault {
  readonly wrong: string;
  /** What was probably meant. */
  readonly nearest?: string;
}

/** Set by Holdfast itself: ssh stays in the foreground, runs no command and reads nothing. */
const SET_ANYWAY = new Set('NTnf');

interface Kept {
  readonly forwards: Forward[];
  readonly options: string[];
  /** Whether an option comes too late: the host has said it already. */
  readonly isLate: (letter: string, argument: string) => boolean;
}

/**
 * Reads the arguments of `ssh`, the program's name not among them, as ssh does: letters may stand together, arguments joined or apart,
 * and options may follow the host.
 *
 * Refuses what no tunnel can have: -G, -O, -Q, -s, -V and -W.
 *
 * @see ssh(1), SYNOPSIS; `main()` https://github.com/openssh/openssh-portable/blob/V_9_2_P1/ssh.c
 */
export function parseSshArguments(words: readonly string[]): SshArguments | ArgumentFault {
  const [forwards, options]: [Forward[], string[]] = [[], []];
  const { optionWords, hostAt, commandAt } = readSshWords(words);
  const keep = (some: readonly OptionWord[], isLate: Kept['isLate']) =>
    firstFault(words, some, { forwards, options, isLate });
  const before = optionWords.filter(({ index }) => index < hostAt);
  const fault = keep(before, () => false);
  if (fault !== undefined) return fault;
  const host = words[hostAt];
  if (host === undefined) return { wrong: 'missing host' };
  if (!HOST.test(host)) return { wrong: `${JSON.stringify(host)} is not ${HOST_ALLOWED}` };
  const behind = optionWords.filter(({ index }) => index > hostAt);
  const command = words.slice(commandAt);
  return keep(behind, saidByHost(host)) ?? { host, forwards, options, command };
}

/** Keeps what the option words say, up to the first that no tunnel can have. */
function firstFault(
  words: readonly string[],
  optionWords: readonly OptionWord[],
  kept: Kept,
): ArgumentFault | undefined {
  for (const read of optionWords) {
    const word = words[read.index]!;
    if (word.startsWith('--')) return { wrong: `ssh has no option ${JSON.stringify(word)}` };
    const fault = keepOption(read, kept);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Of two values ssh takes the first: a user or a port behind a host that has one counts for nothing. */
function saidByHost(host: string): Kept['isLate'] {
  const hasUser = host.includes('@');
  const hasPort = /^ssh:\/\/.*:\d+\/?$/i.test(host);
  return (letter, argument) => {
    const said =
      letter === 'o' ? /^\s*(user|port)[\s="]/i.exec(argument)?.[1]?.toLowerCase() : letter;
    return (
      (hasUser && (said === 'l' || said === 'user')) ||
      (hasPort && (said === 'p' || said === 'port'))
    );
  };
}

function keepOption(read: OptionWord, kept: Kept): ArgumentFault | undefined {
  const { flags, letter, argument } = read;
  const wrong = Array.from(flags + letter)
    .map(letterFault)
    .find((fault) => fault !== undefined);
  if (wrong !== undefined) return { wrong };
  const keptFlags = Array.from(flags)
    .filter((flag) => !SET_ANYWAY.has(flag))
    .join('');
  if (argument === undefined) return { wrong: `-${letter} needs an argument` };
  const use = optionUse(letter);
  if (use === 'local' || use === 'remote' || use === 'socks') {
    if (keptFlags !== '') kept.options.push(`-${keptFlags}`);
    return readForward(use, letter, argument, kept);
  }
  const setting = letter === 'o' ? forwardSetting(argument) : undefined;
  if (setting !== undefined) {
    if (keptFlags !== '') kept.options.push(`-${keptFlags}`);
    return readForwardSetting(setting, kept);
  }
  const isLate = kept.isLate(letter, argument);
  kept.options.push(...written({ ...read, flags: keptFlags, letter: isLate ? '' : letter }));
  return undefined;
}

function written(option: OptionWord): readonly string[] {
  const { flags, letter, joined, argument } = option;
  if (letter === '') return flags === '' ? [] : [`-${flags}`];
  // A `~` is filled in only where a word begins with it.
  const isJoined = joined !== '' && !isTwoWords(option) && !joined.startsWith('~/');
  return isJoined ? [`-${flags}${letter}${joined}`] : [`-${flags}${letter}`, argument!];
}

function readForward(
  kind: ForwardKind,
  letter: string,
  argument: string,
  { forwards }: Kept,
): ArgumentFault | undefined {
  // ssh passes over blanks in front, and nowhere else.
  const text = argument.trimStart();
  const reading = parseForward(kind, text);
  if ('value' in reading) {
    forwards.push(reading.value);
    return undefined;
  }
  const wrong = `-${letter} ${JSON.stringify(text)} ${reading.wrong}`;
  const isSocks = kind === 'local' && 'value' in parseForward('socks', text);
  return isSocks ? { wrong, nearest: `-D ${text}` } : { wrong };
}

/** A forward as ssh_config has it. */
interface WrittenForward {
  readonly kind: ForwardKind;
  /** As it stands behind -o. */
  readonly written: string;
  readonly words: readonly string[];
}

function forwardSetting(argument: string): WrittenForward | undefined {
  const setting = readSshSetting(argument);
  const kind = setting === undefined ? undefined : FORWARD_KEYWORDS[setting.keyword];
  if (kind === undefined) return undefined;
  return { kind, written: argument.trim(), words: readConfigArguments(setting!.value) };
}

function readForwardSetting(
  { kind, written, words }: WrittenForward,
  { forwards }: Kept,
): ArgumentFault | undefined {
  const reading = parseForward(kind, words.join(':'));
  if ('value' in reading) {
    forwards.push(reading.value);
    return undefined;
  }
  return { wrong: `-o ${JSON.stringify(written)} ${reading.wrong}` };
}
