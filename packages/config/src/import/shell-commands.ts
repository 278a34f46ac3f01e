import type { Reading } from '@holdfast/engine/forward';
import { readWord, type Quoting } from './words.ts';

/** A simple command of a shell: its words, the assignments in front among them. */
export interface ShellCommand {
  readonly words: readonly string[];
  /** Words that a shell would make something else of: `$HOME`, backquotes. */
  readonly expanded: readonly string[];
}

const SHELL: Quoting = {
  end: /[\s;&|<>()]/,
  unescape(character, quote) {
    if (quote === "'") return undefined;
    if (character === '\n') return '';
    return quote === '' || '$`"\\'.includes(character) ? character : undefined;
  },
};

/** A redirection, with the number of a descriptor in front. Where it leads is the next word. */
const REDIRECTION = /(?:\d+(?=[<>]))?(?:&>>?|[<>]{1,3}[&|]?)/y;

/**
 * Cuts lines of a shell into its simple commands, without redirections and comments.
 *
 * Quotes and backslashes are read as sh reads them; nothing is filled in, and no word of the shell's own is known.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_02
 */
export function splitShell(source: string): Reading<readonly ShellCommand[]> {
  const commands: { words: string[]; expanded: string[] }[] = [];
  let [current, at, isTarget] = [startCommand(), 0, false];
  while (at < source.length) {
    REDIRECTION.lastIndex = at;
    const redirection = REDIRECTION.exec(source);
    if (redirection !== null) {
      at = REDIRECTION.lastIndex;
      isTarget = true;
    } else if (/[\n;&|()]/.test(source[at]!)) {
      commands.push(current);
      [current, isTarget] = [startCommand(), false];
      at += 1;
    } else if (/\s/.test(source[at]!)) at += 1;
    else if (source[at] === '#') at = lineEnd(source, at);
    else {
      const word = readWord(source, at, SHELL);
      if (word === undefined) return { wrong: 'has a quote that is never closed' };
      at = word.next;
      if (!isTarget) current.words.push(word.text);
      if (!isTarget && word.isExpanded) current.expanded.push(word.text);
      isTarget = false;
    }
  }
  return { value: [...commands, current].filter(({ words }) => words.length > 0) };
}

function startCommand(): { words: string[]; expanded: string[] } {
  return { words: [], expanded: [] };
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end === -1 ? source.length : end;
}
