import { readOptionWord, takesNextWord } from '@holdfast/engine/ssh-options';
import type { Field } from './shell-words.ts';

/** Words of ssh of which everything is known but the host, perhaps. */
export interface KnownWords {
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
