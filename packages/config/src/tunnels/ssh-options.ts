/** What is wrong with one of ssh's own arguments: where it stands, and how it would be right. */
export interface OptionFault {
  readonly index: number;
  readonly wrong: string;
  readonly nearest?: string;
}

const WITH_ARGUMENT = new Set('BDEFIJLOPQRSWbceilmopw');
const WITHOUT_ARGUMENT = new Set('1246ACGKMNTVXYafgknqstvxy');

const FORWARDS: Readonly<Record<string, string>> = { L: 'local', R: 'remote', D: 'socks' };

/** ssh would not stay, or stay as something else than a tunnel. */
const NO_TUNNEL = new Set('fsGOQVW');

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
    const argumentAt = argumentStart(word);
    const fault = wordFault(word, argumentAt);
    if (fault !== undefined) faults.push({ index, ...fault });
    if (argumentAt !== word.length) continue;
    if (index + 1 === words.length) {
      faults.push({ index, wrong: `${JSON.stringify(word)} has no argument behind it` });
    }
    index += 1;
  }
  return faults;
}

/** Where the argument of an option begins in its word; past the end: it is the next word; -1: there is none. */
function argumentStart(word: string): number {
  if (!/^-[^-]/.test(word)) return -1;
  for (let at = 1; at < word.length; at += 1) {
    if (WITH_ARGUMENT.has(word[at]!)) return at + 1;
    if (!WITHOUT_ARGUMENT.has(word[at]!)) return -1;
  }
  return -1;
}

function wordFault(word: string, argumentAt: number): Omit<OptionFault, 'index'> | undefined {
  const said = JSON.stringify(word);
  if (!word.startsWith('-')) return { wrong: `${said} stands where an option is expected` };
  if (word === '-' || word.startsWith('--')) return { wrong: `ssh has no option ${said}` };
  const letters = word.slice(1, argumentAt === -1 ? undefined : argumentAt);
  for (const letter of letters) {
    if (FORWARDS[letter] !== undefined) {
      return { wrong: `-${letter} is a forward`, nearest: `${FORWARDS[letter]} = [...]` };
    }
    if (NO_TUNNEL.has(letter)) return { wrong: `with -${letter} ssh does not keep a tunnel up` };
    if (!WITH_ARGUMENT.has(letter) && !WITHOUT_ARGUMENT.has(letter)) {
      return { wrong: `ssh has no option -${letter}` };
    }
  }
  const joined = argumentAt === -1 ? '' : word.slice(argumentAt);
  // ssh skips blanks before the argument of -o, and only there.
  if (!/^\s/.test(joined) || letters.endsWith('o')) return undefined;
  const words = [`-${letters}`, joined.trim()];
  return {
    wrong: `${said} is two words in one`,
    nearest: words.map((each) => JSON.stringify(each)).join(', '),
  };
}
