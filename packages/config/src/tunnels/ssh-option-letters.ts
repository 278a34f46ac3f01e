import type { ForwardKind } from '@holdfast/engine/forward';
import { LETTERS_WITH_ARGUMENT, LETTERS_WITHOUT_ARGUMENT } from '@holdfast/engine/ssh-options';

const WITH_ARGUMENT = new Set(LETTERS_WITH_ARGUMENT);
const WITHOUT_ARGUMENT = new Set(LETTERS_WITHOUT_ARGUMENT);

/** The options that are forwards. */
const FORWARDS = new Map<string, ForwardKind>([
  ['L', 'local'],
  ['R', 'remote'],
  ['D', 'socks'],
]);

/** What a letter is to a tunnel. `background`: a supervised ssh does without it, but the tunnel stays what it was. */
export type OptionUse = ForwardKind | 'kept' | 'background' | 'no-tunnel' | 'unknown';

/** With these, ssh would not stay, or stay as something else than a tunnel. */
const NO_TUNNEL = new Set('sGOQVW');

/** What ssh's option of this letter is to a tunnel. */
export function optionUse(letter: string): OptionUse {
  if (!WITH_ARGUMENT.has(letter) && !WITHOUT_ARGUMENT.has(letter)) return 'unknown';
  if (letter === 'f') return 'background';
  if (NO_TUNNEL.has(letter)) return 'no-tunnel';
  return FORWARDS.get(letter) ?? 'kept';
}

/** A word of options as getopt(3) takes it apart: `-4vp22` is the flags `4v` and the letter `p` with `22` joined to it. */
export interface OptionWord {
  /** Letters without an argument, and those that ssh does not know. */
  readonly flags: string;
  /** The letter with an argument that ends the word, if there is one. */
  readonly letter: string;
  /** Its argument as far as it stands in the same word; empty: it is the next word. */
  readonly joined: string;
}

/** Takes a word apart that begins with `-`. */
export function readOptionWord(word: string): OptionWord {
  const letters = Array.from(word.slice(1));
  const end = letters.findIndex((letter) => WITH_ARGUMENT.has(letter));
  if (end === -1) return { flags: letters.join(''), letter: '', joined: '' };
  return {
    flags: letters.slice(0, end).join(''),
    letter: letters[end]!,
    joined: letters.slice(end + 1).join(''),
  };
}

/** Whether the argument of the last option in a word is the next word. */
export function takesNextWord({ letter, joined }: OptionWord): boolean {
  return letter !== '' && joined === '';
}
