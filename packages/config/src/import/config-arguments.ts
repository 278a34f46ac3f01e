import type { ForwardKind } from '@holdfast/engine/forward';
import { splitWords, type Quoting } from './words.ts';

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
