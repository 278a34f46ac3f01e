import { readOptionWord, takesNextWord } from '@holdfast/engine/ssh-options';

/** A command line of autossh, taken apart. */
export interface AutosshWords {
  /** What the last -M said. */
  readonly monitor: string | undefined;
  /** Whether -f was there: it sets the gate time to 0. */
  readonly isBackground: boolean;
  /** What is ssh's. */
  readonly ssh: readonly string[];
}

/**
 * Takes autossh's own -M and the first `--` out of its arguments.
 *
 * @see docs/rules.md, OPT-3, OPT-4, OPT-7, ARG-10 and RUN-4.
 */
export function takeMonitor(words: readonly string[]): AutosshWords {
  const ssh: string[] = [];
  let [monitor, isBackground, hasHost] = [undefined as string | undefined, false, false];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (word === '--') return { monitor, isBackground, ssh: [...ssh, ...words.slice(at + 1)] };
    if (word === '-' || !word.startsWith('-')) {
      // The second word that is no option begins the remote command.
      if (hasHost) return { monitor, isBackground, ssh: [...ssh, ...words.slice(at)] };
      hasHost = true;
      ssh.push(word);
      continue;
    }
    const option = readOptionWord(word);
    const place = option.flags.indexOf('M');
    const flags = place === -1 ? option.flags : option.flags.slice(0, place);
    isBackground ||= flags.includes('f');
    if (place === -1) {
      ssh.push(word);
      if (takesNextWord(option) && at + 1 < words.length) ssh.push(words[(at += 1)]!);
      continue;
    }
    if (flags !== '') ssh.push(`-${flags}`);
    const joined = word.slice(1 + place + 1);
    monitor = joined === '' ? words[(at += 1)] : joined;
  }
  return { monitor, isBackground, ssh };
}
