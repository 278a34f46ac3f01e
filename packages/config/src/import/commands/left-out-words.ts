import {
  goesToBackground,
  readOptionWord,
  settingOfOption,
  type SshOption,
  takesNextWord,
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

/** Words that are options, up to the command at the far end: behind the host options may follow once more. */
export function beforeCommand(words: readonly string[]): readonly string[] {
  let bare = 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (word === '--') return words.slice(0, at);
    if (word === '-' || !word.startsWith('-')) {
      bare += 1;
      if (bare === 2) return words.slice(0, at);
    } else if (takesNextWord(readOptionWord(word))) at += 1;
  }
  return words;
}

/**
 * Leaves out what nobody knows without running the script: a word of it would mean something else in a file of tunnels, and to ssh.
 *
 * Unknown words in front of the host hold options as a rule. Where nothing else can be the host, the last of them is; it is kept as it is
 * written, for somebody to fill in.
 */
export function leaveOutUnknown(fields: readonly Field[]): KnownWords {
  const hostAt = findHost(fields);
  const end = commandAt(fields, hostAt);
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
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at]!;
    if (at === hostAt) {
      if (isUnknown(field)) {
        unfinished = `its host has ${field.unknown}, whose value is not known here: write out what is meant`;
      }
      words.push(isUnknown(field) ? field.text.replaceAll(/\s/g, '_') : field.text);
    } else if (field.text.startsWith('-') && at < end) {
      const option = readOptionWord(field.text);
      const hasNext = takesNextWord(option) && at + 1 < fields.length;
      const some = hasNext ? [field, fields[at + 1]!] : [field];
      if (hasNext) at += 1;
      const isForward = 'LRD'.includes(option.letter) && option.letter !== '';
      const tilde = isForward && some.some(({ text }) => /(?:^|:|^-[LRD])~\//.test(text));
      if (some.some(isUnknown) || tilde) leaveOut(tilde ? asTilde(some) : some);
      else words.push(...some.map(({ text }) => text));
    } else if (isUnknown(field)) leaveOut([field]);
    else words.push(field.text);
  }
  return { words, notes, unfinished };
}

function asTilde(fields: readonly Field[]): readonly Field[] {
  return fields.map((field) => ({ ...field, unknown: 'a ~' }));
}

function isUnknown({ unknown }: Field): boolean {
  return unknown !== '';
}

function findHost(fields: readonly Field[]): number {
  const plain: number[] = [];
  for (let at = 0; at < fields.length && fields[at]!.text !== '--'; at += 1) {
    const word = fields[at]!.text;
    if (word === '-' || !word.startsWith('-')) plain.push(at);
    else if (takesNextWord(readOptionWord(word))) at += 1;
  }
  // "user@$HOST" is a host, whatever the variable holds.
  const isHost = (at: number) => !isUnknown(fields[at]!) || fields[at]!.text.includes('@');
  return plain.find(isHost) ?? plain.at(-1) ?? fields.findIndex(({ text }) => text === '--') + 1;
}

/** Where the command at the far end begins: no option of ssh is behind that. */
function commandAt(fields: readonly Field[], hostAt: number): number {
  for (let at = hostAt + 1; at < fields.length; at += 1) {
    const word = fields[at]!.text;
    if (!word.startsWith('-') && !isUnknown(fields[at]!)) return at;
    if (takesNextWord(readOptionWord(word))) at += 1;
  }
  return fields.length;
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
