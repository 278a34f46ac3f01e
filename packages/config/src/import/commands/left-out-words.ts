import {
  goesToBackground,
  isOptionWord,
  type OptionWord,
  readOptionWord,
  readSshWords,
  settingOfOption,
  type SshOption,
} from '@holdfast/engine/ssh-options';
import type { Field } from '../shell/shell-variables.ts';

/** Words of ssh of which everything is known but the host, perhaps. */
interface KnownWords {
  readonly words: readonly string[];
  /** What was left out. */
  readonly notes: readonly string[];
  /** Why the tunnel cannot be started as it is. */
  readonly unfinished: string | undefined;
}

/**
 * Leaves out what nobody knows without running the script: a word of it would mean something else in a tunnels file, and to ssh.
 *
 * Unknown words in front of the host hold options as a rule. Where nothing else can be the host, the last of them is; it is kept as it is
 * written, for somebody to fill in.
 */
export function leaveOutUnknown(fields: readonly Field[]): KnownWords {
  const texts = fields.map(({ text }) => text);
  const hostAt = findHost(fields, texts);
  const end = commandAt(fields, texts, hostAt);
  const words: string[] = [];
  const notes: string[] = [];
  let unfinished: string | undefined;
  const leaveOut = (some: readonly Field[]) => {
    const what = some.find(isUnknown)!.unknown || 'a ~';
    const why = what === 'a ~' ? 'which only a shell fills in' : 'whose value is not known here';
    const text = some.map((field) => field.text).join(' ');
    notes.push(
      text === what ? `left out: ${text}, ${why}` : `left out: ${text} has ${what}, ${why}`,
    );
  };
  let at = 0;
  while (at < fields.length) {
    const field = fields[at]!;
    const isOption = at !== hostAt && at < end && isOptionWord(field.text);
    const option = isOption ? readOptionWord(texts, at) : undefined;
    const some = fields.slice(at, option?.next ?? at + 1);
    if (at === hostAt) {
      if (isUnknown(field)) {
        unfinished = `its host has ${field.unknown}, whose value is not known here: write it out`;
      }
      words.push(isUnknown(field) ? field.text.replaceAll(/\s/g, '_') : field.text);
    } else if (option !== undefined && hasTilde(option)) leaveOut(asTilde(some));
    else if (some.some(isUnknown)) leaveOut(some);
    else words.push(...some.map(({ text }) => text));
    at += some.length;
  }
  return { words, notes, unfinished };
}

/** Whether a forward has a `~` in it: ssh fills in none there. */
function hasTilde({ letter, argument = '' }: OptionWord): boolean {
  return /^[LRD]$/.test(letter) && /(?:^|:)~\//.test(argument);
}

function asTilde(fields: readonly Field[]): readonly Field[] {
  return fields.map((field) => ({ ...field, unknown: 'a ~' }));
}

function isUnknown({ unknown }: Field): boolean {
  return unknown !== '';
}

function findHost(fields: readonly Field[], texts: readonly string[]): number {
  const plain: number[] = [];
  let at = 0;
  while (at < texts.length && texts[at] !== '--') {
    if (isOptionWord(texts[at]!)) at = readOptionWord(texts, at).next;
    else plain.push(at++);
  }
  // "user@$HOST" is a host, whatever the variable holds.
  const isHost = (index: number) => !isUnknown(fields[index]!) || texts[index]!.includes('@');
  return plain.find(isHost) ?? plain.at(-1) ?? texts.indexOf('--') + 1;
}

/** Where the command at the far end begins: no option of ssh is behind that. */
function commandAt(fields: readonly Field[], texts: readonly string[], hostAt: number): number {
  let at = hostAt + 1;
  while (at < texts.length) {
    if (isOptionWord(texts[at]!)) at = readOptionWord(texts, at).next;
    else if (isUnknown(fields[at]!)) at += 1;
    else return at;
  }
  return texts.length;
}

/** Options of a command line without those that a supervised ssh must not have. */
interface WatchableOptions {
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
    const reason = reasonAgainst({ letter, argument });
    if (reason !== undefined) notes.push(`left out: ${written({ letter, argument })}, ${reason}`);
    return reason === undefined;
  };
  for (const { index, letter, joined, argument, ...read } of readSshWords(words).optionWords) {
    const flags = Array.from(read.flags).filter((flag) => isKept(flag));
    if (letter !== '' && isKept(letter, argument)) {
      options.push(`-${flags.join('')}${letter}${joined}`, ...words.slice(index + 1, read.next));
    } else if (flags.length > 0) options.push(`-${flags.join('')}`);
  }
  return { options, notes };
}

function written({ letter, argument }: SshOption): string {
  return argument === '' ? `-${letter}` : `-${letter} ${argument.trim()}`;
}

const SOCKET = 'since Holdfast asks through a control socket of its own';
const WORDS = 'since Holdfast reads there why ssh ended';

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
