import type { ForwardKind } from '@holdfast/engine/forward';
import {
  goesToBackground,
  type OptionWord,
  readOptionWord,
  readSshSetting,
  SSH_LETTERS,
} from '@holdfast/engine/ssh-options';

const LETTERS = new Set(SSH_LETTERS.flags + SSH_LETTERS.withArgument);

/** The options that are forwards. */
const FORWARDS = new Map<string, ForwardKind>([
  ['L', 'local'],
  ['R', 'remote'],
  ['D', 'socks'],
]);

/** What a letter is to a tunnel. `background`: a supervised ssh does without it, but the tunnel stays what it was. */
type OptionUse = ForwardKind | 'kept' | 'background' | 'no-tunnel' | 'unknown';

/** With these, ssh would not stay, or stay as something else than a tunnel. */
const NO_TUNNEL = new Set('sGOQVW');

/** What ssh's option of this letter is to a tunnel. */
export function optionUse(letter: string): OptionUse {
  if (!LETTERS.has(letter)) return 'unknown';
  if (letter === 'f') return 'background';
  if (NO_TUNNEL.has(letter)) return 'no-tunnel';
  return FORWARDS.get(letter) ?? 'kept';
}

/** What is wrong with one of ssh's own arguments: where it stands, and how it would be right. */
interface OptionFault {
  readonly index: number;
  readonly wrong: string;
  readonly nearest?: string;
}

/**
 * Finds the arguments that are not options of ssh, or that no tunnel can have.
 *
 * A word that is no option would be taken for the host.
 *
 * @see ssh(1), SYNOPSIS.
 */
export function findOptionFaults(words: readonly string[]): readonly OptionFault[] {
  const faults: OptionFault[] = [];
  let index = 0;
  while (index < words.length) {
    const word = words[index]!;
    const said = JSON.stringify(word);
    if (/^-[^-]/.test(word)) {
      const read = readOptionWord(words, index);
      faults.push(...wordFaults(read, said).map((fault) => ({ index, ...fault })));
      index = read.next;
    } else {
      const isOption = word.startsWith('-');
      const wrong = isOption ? `ssh has no option ${said}` : `${said} is not an option`;
      faults.push({ index, wrong });
      index += 1;
    }
  }
  return faults;
}

type WordFault = Omit<OptionFault, 'index'>;

function wordFaults(read: OptionWord, said: string): readonly WordFault[] {
  const { flags, letter, argument } = read;
  const letterFaults = Array.from(flags + letter).map(letterUseFault);
  const first = letterFaults.find((fault) => fault !== undefined) ?? joinFault(read, said);
  const missing = argument === undefined ? { wrong: `${said} needs an argument` } : undefined;
  const setting = letter === 'o' ? settingFault(argument ?? '') : undefined;
  return [first, setting, missing].filter((fault) => fault !== undefined);
}

/** What is wrong with a letter, whatever its argument; `undefined` if a tunnel can have it. */
export function letterFault(letter: string): string | undefined {
  const use: OptionUse = optionUse(letter);
  if (use === 'unknown') return `ssh has no option -${letter}`;
  if (use === 'no-tunnel') return `with -${letter} ssh does not keep a tunnel up`;
  return undefined;
}

function joinFault(read: OptionWord, said: string): WordFault | undefined {
  if (!isTwoWords(read)) return undefined;
  const apart = [`-${read.flags}${read.letter}`, read.joined.trim()];
  const nearest = apart.map((each) => JSON.stringify(each)).join(', ');
  return { wrong: `${said} is two words in one`, nearest };
}

function letterUseFault(letter: string): WordFault | undefined {
  const use = optionUse(letter);
  if (use === 'local' || use === 'remote' || use === 'socks') {
    return { wrong: `-${letter} is a forward`, nearest: `${use} = [...]` };
  }
  if (use === 'background') return { wrong: `with -${letter} ssh does not keep a tunnel up` };
  const wrong = letterFault(letter);
  return wrong === undefined ? undefined : { wrong };
}

/** With some settings ssh goes to the background, as with -f. */
function settingFault(argument: string): WordFault | undefined {
  if (!goesToBackground(readSshSetting(argument))) return undefined;
  return { wrong: `with ${argument.trim()} ssh goes to the background, and is no longer watched` };
}

/** ssh skips blanks before the argument of -o, and only there. */
export function isTwoWords({ letter, joined }: Pick<OptionWord, 'letter' | 'joined'>): boolean {
  return letter !== 'o' && /^\s/.test(joined);
}
