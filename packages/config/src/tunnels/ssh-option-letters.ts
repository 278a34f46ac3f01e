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
