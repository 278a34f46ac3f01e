import type { ForwardKind } from '@holdfast/engine/forward';
import {
  goesToBackground,
  LETTERS_WITH_ARGUMENT,
  LETTERS_WITHOUT_ARGUMENT,
  type OptionWord,
  readOptionWord,
  readSshSetting,
  takesNextWord,
} from '@holdfast/engine/ssh-options';

const WITH_ARGUMENT = new Set(LETTERS_WITH_ARGUMENT);
const WITHOUT_ARGUMENT = new Set(LETTERS_WITHOUT_ARGUMENT);

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
  if (!WITH_ARGUMENT.has(letter) && !WITHOUT_ARGUMENT.has(letter)) return 'unknown';
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
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    const fault = wordFault(word);
    if (fault !== undefined) faults.push({ index, ...fault });
    if (!isOption(word)) continue;
    const known = knownPart(word);
    const setting = settingFault(known, words[index + 1]);
    if (setting !== undefined) faults.push({ index, ...setting });
    if (!takesNextWord(known)) continue;
    if (index + 1 === words.length) {
      faults.push({ index, wrong: `${JSON.stringify(word)} has no argument behind it` });
    }
    index += 1;
  }
  return faults;
}

/** What is wrong with a letter, whatever its argument; `undefined` if a tunnel can have it. */
export function letterFault(letter: string): string | undefined {
  const use: OptionUse = optionUse(letter);
  if (use === 'unknown') return `ssh has no option -${letter}`;
  if (use === 'no-tunnel') return `with -${letter} ssh does not keep a tunnel up`;
  return undefined;
}

/** Whether a word is made of option letters. */
function isOption(word: string): boolean {
  return /^-[^-]/.test(word);
}

/** A word as it is taken apart up to the first letter that ssh does not know: behind it, all is guesswork. */
function knownPart(word: string): OptionWord {
  const read = readOptionWord(word);
  const isKnown = Array.from(read.flags).every((letter) => optionUse(letter) !== 'unknown');
  return isKnown ? read : { flags: read.flags, letter: '', joined: '' };
}

function wordFault(word: string): Omit<OptionFault, 'index'> | undefined {
  const said = JSON.stringify(word);
  if (!word.startsWith('-')) return { wrong: `${said} stands where an option is expected` };
  if (!isOption(word)) return { wrong: `ssh has no option ${said}` };
  const { flags, letter, joined } = knownPart(word);
  for (const each of flags + letter) {
    const fault = letterUseFault(each);
    if (fault !== undefined) return fault;
  }
  return isTwoWords({ flags, letter, joined })
    ? {
        wrong: `${said} is two words in one`,
        nearest: [`-${flags}${letter}`, joined.trim()]
          .map((each) => JSON.stringify(each))
          .join(', '),
      }
    : undefined;
}

function letterUseFault(letter: string): Omit<OptionFault, 'index'> | undefined {
  const use = optionUse(letter);
  if (use === 'local' || use === 'remote' || use === 'socks') {
    return { wrong: `-${letter} is a forward`, nearest: `${use} = [...]` };
  }
  if (use === 'background') return { wrong: `with -${letter} ssh does not keep a tunnel up` };
  const wrong = letterFault(letter);
  return wrong === undefined ? undefined : { wrong };
}

/** With some settings ssh goes to the background, as with -f. */
function settingFault(
  { letter, joined }: OptionWord,
  next: string | undefined,
): Omit<OptionFault, 'index'> | undefined {
  if (letter !== 'o') return undefined;
  const argument = joined === '' ? (next ?? '') : joined;
  if (!goesToBackground(readSshSetting(argument))) return undefined;
  return { wrong: `with ${argument.trim()} ssh goes to the background, and is no longer watched` };
}

/** ssh skips blanks before the argument of -o, and only there. */
export function isTwoWords({ letter, joined }: OptionWord): boolean {
  return letter !== 'o' && /^\s/.test(joined);
}
