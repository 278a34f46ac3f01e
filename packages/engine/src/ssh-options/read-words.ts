/** The letters that a program has as options. */
export interface OptionLetters {
  /** Without an argument: any of them may stand before another letter in one word. */
  readonly flags: string;
  /** With an argument, joined to the letter or as the next word. */
  readonly withArgument: string;
  /** With an argument only where something is joined to the letter, a flag otherwise. */
  readonly withJoined?: string | undefined;
}

/**
 * ssh's own letters. Current OpenSSH: `P` has an argument since 9.4, and was a flag without effect before.
 *
 * @see ssh(1), SYNOPSIS.
 */
export const SSH_LETTERS: OptionLetters = {
  flags: '1246ACGKMNTVXYafgknqstvxy',
  withArgument: 'BDEFIJLOPQRSWbceilmopw',
};

/** A word of options as getopt(3) takes it apart: `-4vp22` is the flags `4v` and the letter `p` with `22` joined to it. */
export interface OptionWord {
  /** Which word it is. */
  readonly index: number;
  /** Letters without an argument. A letter that is no option ends them: ssh reads no further. */
  readonly flags: string;
  /** The letter with an argument that ends the word, if there is one. */
  readonly letter: string;
  /** Its argument as far as it stands in the same word; empty: it is the next word. */
  readonly joined: string;
  /** Its argument; empty without a letter, `undefined` where the command line ends before it. */
  readonly argument: string | undefined;
  /** Which word comes after all that. */
  readonly next: number;
}

/** One option of a command line of ssh. */
export interface SshOption {
  readonly letter: string;
  /** Empty for a flag, and where the command line ends before it. */
  readonly argument: string;
}

/** A command line of ssh. */
export interface SshWords {
  readonly optionWords: readonly OptionWord[];
  /** The same, one by one. */
  readonly options: readonly SshOption[];
  /** Which word is the host, as ssh is given it; where there is none, the number of words. */
  readonly hostAt: number;
  /** Where the command for the far end begins; where there is none, the number of words. */
  readonly commandAt: number;
}

/**
 * Reads the words behind `ssh` as ssh does: options stand before the host and behind it. The second word that is none begins the command,
 * and so does the first one behind the host and `--`.
 *
 * @see ssh(1), SYNOPSIS; `main()` https://github.com/openssh/openssh-portable/blob/V_9_2_P1/ssh.c
 */
export function readSshWords(words: readonly string[], letters = SSH_LETTERS): SshWords {
  const optionWords: OptionWord[] = [];
  let hostAt: number | undefined;
  let at = 0;
  while (at < words.length && words[at] !== '--') {
    if (isOptionWord(words[at]!)) {
      const read = readOptionWord(words, at, letters);
      optionWords.push(read);
      at = read.next;
    } else if (hostAt === undefined) hostAt = at++;
    else break;
  }
  if (words[at] === '--') at += 1;
  const commandAt = hostAt === undefined ? at + 1 : at;
  return {
    optionWords,
    options: optionWords.flatMap(optionsOf),
    hostAt: Math.min(hostAt ?? at, words.length),
    commandAt: Math.min(commandAt, words.length),
  };
}

/** Whether a word is made of option letters: `-` alone is none, and what begins with `--` has a letter that nobody knows. */
export function isOptionWord(word: string): boolean {
  return word.startsWith('-') && word !== '-';
}

/** Takes the option word at an index apart. */
export function readOptionWord(
  words: readonly string[],
  index: number,
  { flags, withArgument, withJoined = '' }: OptionLetters = SSH_LETTERS,
): OptionWord {
  const letters = Array.from(words[index]!.slice(1));
  const end = letters.findIndex((letter, at) => {
    const isFlag = at === letters.length - 1 && withJoined.includes(letter);
    return !flags.includes(letter) && !isFlag;
  });
  const letter = letters[end] ?? '';
  const isKnown = letter !== '' && (withArgument + withJoined).includes(letter);
  if (!isKnown) {
    const known = end === -1 ? letters : letters.slice(0, end + 1);
    return { index, flags: known.join(''), letter: '', joined: '', argument: '', next: index + 1 };
  }
  const joined = letters.slice(end + 1).join('');
  const isApart = joined === '';
  return {
    index,
    flags: letters.slice(0, end).join(''),
    letter,
    joined,
    argument: isApart ? words[index + 1] : joined,
    next: index + (isApart ? 2 : 1),
  };
}

function optionsOf({ flags, letter, argument = '' }: OptionWord): readonly SshOption[] {
  const before = Array.from(flags).map((flag) => ({ letter: flag, argument: '' }));
  return letter === '' ? before : [...before, { letter, argument }];
}
