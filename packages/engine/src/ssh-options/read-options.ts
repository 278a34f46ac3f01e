import { LETTERS_WITH_ARGUMENT } from './option-letters.ts';

/** A word of options as getopt(3) takes it apart: `-4vp22` is the flags `4v` and the letter `p` with `22` joined to it. */
export interface OptionWord {
  /** Letters without an argument, and those that ssh does not know. */
  readonly flags: string;
  /** The letter with an argument that ends the word, if there is one. */
  readonly letter: string;
  /** Its argument as far as it stands in the same word; empty: it is the next word. */
  readonly joined: string;
}

/** One option of a command line of ssh. */
export interface SshOption {
  readonly letter: string;
  /** Empty for a flag, and where the command line ends before it. */
  readonly argument: string;
  /** Which word it stands in. */
  readonly index: number;
}

/** One line of ssh_config, as `-o` takes it too. */
export interface SshSetting {
  /** In lower case. */
  readonly keyword: string;
  /** Without quotes around it. */
  readonly value: string;
}

const WITH_ARGUMENT = new Set(LETTERS_WITH_ARGUMENT);

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

/** All options among the words of a tunnel, where no host and no command stand between them. */
export function readSshOptions(words: readonly string[]): readonly SshOption[] {
  const options: SshOption[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const at = index;
    const word = words[index]!;
    if (!word.startsWith('-') || word.startsWith('--')) continue;
    const read = readOptionWord(word);
    for (const letter of read.flags) options.push({ letter, argument: '', index: at });
    if (read.letter === '') continue;
    if (takesNextWord(read)) index += 1;
    const argument = read.joined === '' ? (words[index] ?? '') : read.joined;
    options.push({ letter: read.letter, argument, index: at });
  }
  return options;
}

/**
 * Reads what stands behind `-o`: ssh skips blanks in front, takes the keyword and the value in quotes too, and has blanks or one `=` between
 * them. `undefined`: there is no keyword.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/readconf.c `process_config_line_depth()`
 */
export function readSshSetting(argument: string): SshSetting | undefined {
  const [, keyword, value] = /^\s*"?([A-Za-z0-9]+)"?(?:\s*=\s*|\s+|$)(.*)$/s.exec(argument) ?? [];
  if (keyword === undefined) return undefined;
  return { keyword: keyword.toLowerCase(), value: unquoted(value!.trim()) };
}

function unquoted(value: string): string {
  return /^"([^"]*)"$/.exec(value)?.[1] ?? value;
}

/** What a flag says, as the setting that it is short for. */
const FLAG_SETTINGS: Readonly<Record<string, SshSetting>> = {
  f: { keyword: 'forkafterauthentication', value: 'yes' },
  q: { keyword: 'loglevel', value: 'QUIET' },
};

/** What an option says as a setting; `undefined` for options that are no setting. */
export function settingOfOption({ letter, argument }: SshOption): SshSetting | undefined {
  return letter === 'o' ? readSshSetting(argument) : FLAG_SETTINGS[letter];
}

/**
 * Whether a setting sends ssh to the background, where nobody supervises it: it outlives its supervisor, and holds the ports that the next
 * ssh needs.
 *
 * `ControlPersist` does so because a managed ssh has a control socket.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/ssh.c `ssh_session2()`
 */
export function goesToBackground(setting: SshSetting | undefined): boolean {
  if (setting === undefined) return false;
  const { keyword, value } = setting;
  const isOff = /^(?:no|false)$/i.test(value);
  return (keyword === 'forkafterauthentication' || keyword === 'controlpersist') && !isOff;
}
