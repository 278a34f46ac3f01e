import {
  isOptionWord,
  type OptionLetters,
  readOptionWord,
  SSH_LETTERS,
} from '@holdfast/engine/ssh-options';
import type { RuleSetName } from '@holdfast/machines';
import { readFileSync } from 'node:fs';
import { FatalError } from './log.ts';

/** What a command line of `autossh` says. */
export type AutosshArguments =
  | { readonly kind: 'version' }
  | { readonly kind: 'help' }
  | { readonly kind: 'usage-error'; readonly problem: string }
  | AutosshRun;

/** A command line that asks for a tunnel. */
export interface AutosshRun {
  readonly kind: 'run';
  /** -f was given. */
  readonly background: boolean;
  /** The value of the last -M; `undefined` if there was none. */
  readonly monitor: string | undefined;
  /** ssh's arguments, without what is autossh's own. */
  readonly sshArguments: readonly string[];
  /** Where the first -M stood: how many of ssh's arguments are in front of it. */
  readonly monitorPlace: number;
  /** Whether there is a word that can be the host. */
  readonly hasHost: boolean;
}

/** What is known while the words are read. */
interface Reading {
  readonly rules: RuleSetName;
  readonly words: readonly string[];
  next: number;
  background: boolean;
  monitor: string | undefined;
  monitorPlace: number | undefined;
  hasHost: boolean;
  readonly sshArguments: string[];
}

type Stop = Exclude<AutosshArguments, AutosshRun>;

/**
 * Reads autossh's command line, getopt style: takes out -M, -f, -V and the first `--`, and leaves every other word to ssh, unchanged and
 * in order.
 *
 * Options may follow the host; from the first word of the remote command on, and behind `--`, nothing is looked at.
 *
 * @see docs/rules.md, OPT-1 to OPT-9 and ARG-1 to ARG-13.
 */
export function parseAutosshArguments(
  words: readonly string[],
  rules: RuleSetName = 'classic',
): AutosshArguments {
  const reading: Reading = {
    rules,
    words,
    next: 0,
    background: false,
    monitor: undefined,
    monitorPlace: undefined,
    hasHost: false,
    sshArguments: [],
  };
  while (reading.next < words.length) {
    const stop = readWord(reading, words[reading.next++]!);
    if (stop !== undefined) return stop;
  }
  const { background, monitor, monitorPlace = 0, sshArguments, hasHost } = reading;
  return { kind: 'run', background, monitor, monitorPlace, sshArguments, hasHost };
}

function readWord(reading: Reading, word: string): Stop | undefined {
  if (word === '--help') return { kind: 'help' };
  if (word === '--') return takeRest(reading);
  if (isOptionWord(word)) return readCluster(reading, word);
  reading.sshArguments.push(word);
  // The second word that is no option begins the remote command (BUG-28).
  if (reading.hasHost) return takeRest(reading);
  reading.hasHost = true;
  return undefined;
}

/** Everything that is left belongs to ssh. */
function takeRest(reading: Reading): undefined {
  const rest = reading.words.slice(reading.next);
  reading.next = reading.words.length;
  reading.sshArguments.push(...rest);
  reading.hasHost ||= rest.length > 0;
}

/** One word of option letters: what is autossh's own is taken out, the rest stays together. */
function readCluster(reading: Reading, word: string): Stop | undefined {
  const { flags, letter, joined } = readOptionWord([word], 0, autosshLetters(reading.rules));
  let kept = '-';
  for (const flag of flags) {
    if (flag === 'V') return { kind: 'version' };
    if (flag === 'f') reading.background = true;
    else if (isFlag(flag, reading.rules)) kept += flag;
    else return usageError(`unknown option -${flag}`);
  }
  if (letter === OWN_MONITOR) return takeMonitor(reading, kept, joined);
  keepCluster(reading, kept + letter + joined);
  return letter === '' || joined !== '' ? undefined : takeNext(reading, letter);
}

function takeMonitor(reading: Reading, kept: string, joined: string): Stop | undefined {
  const value = joined === '' ? reading.words[reading.next++] : joined;
  if (value === undefined) return usageError('option -M needs a port');
  keepCluster(reading, kept);
  reading.monitor = value;
  reading.monitorPlace ??= reading.sshArguments.length;
  return undefined;
}

function takeNext(reading: Reading, letter: string): Stop | undefined {
  const value = reading.words[reading.next++];
  if (value === undefined) return usageError(`option -${letter} needs an argument`);
  reading.sshArguments.push(value);
  return undefined;
}

/** A cluster from which everything was taken vanishes. */
function keepCluster(reading: Reading, kept: string): void {
  if (kept !== '-') reading.sshArguments.push(kept);
}

function usageError(problem: string): Stop {
  return { kind: 'usage-error', problem };
}

/** What ssh calls `-M` is here the monitoring port. */
const OWN_MONITOR = 'M';

/** Until OpenSSH 9.3 a flag without effect, since then with a tag as its argument; the historical programs know the flag. */
const CHANGED_ITS_MIND = 'P';

/**
 * The letters of ssh as autossh reads them: those of current OpenSSH, so that those younger than autossh pass as well.
 *
 * @see docs/rules.md, OPT-2 and BUG-8.
 */
export function sshLetters(rules: RuleSetName): OptionLetters {
  return rules === 'classic' ? CLASSIC_LETTERS : STRICT_LETTERS;
}

const WITH_ARGUMENT = SSH_LETTERS.withArgument.replace(CHANGED_ITS_MIND, '');
const CLASSIC_LETTERS: OptionLetters = {
  flags: SSH_LETTERS.flags,
  withArgument: WITH_ARGUMENT,
  withJoined: CHANGED_ITS_MIND,
};
const STRICT_LETTERS: OptionLetters = {
  flags: SSH_LETTERS.flags + CHANGED_ITS_MIND,
  withArgument: WITH_ARGUMENT,
};

function autosshLetters(rules: RuleSetName): OptionLetters {
  const { flags, withArgument, withJoined } = sshLetters(rules);
  return {
    flags: flags.replace(OWN_MONITOR, ''),
    withArgument: withArgument + OWN_MONITOR,
    withJoined,
  };
}

function isFlag(letter: string, rules: RuleSetName): boolean {
  const { flags, withJoined = '' } = sshLetters(rules);
  return (flags + withJoined).includes(letter);
}

const REPLACEMENT = '\uFFFD';

/**
 * Refuses arguments that are not UTF-8: Node has already replaced their bytes, and ssh would get something else than the user wrote.
 */
export function checkEncoding(words: readonly string[]): void {
  const suspect = words.findIndex((word) => word.includes(REPLACEMENT));
  if (suspect === -1 || isFaithful(words)) return;
  throw new FatalError(
    'not-utf8',
    `argument ${suspect + 1} is not valid UTF-8 and could not be passed on to ssh unchanged`,
  );
}

/** Whether the words are byte for byte what the system handed over: the user may really mean U+FFFD. */
function isFaithful(words: readonly string[]): boolean {
  try {
    const given = readFileSync('/proc/self/cmdline');
    return given.subarray(-byteLength(words)).equals(Buffer.from(terminated(words)));
  } catch {
    return false;
  }
}

function terminated(words: readonly string[]): string {
  return words.map((word) => `${word}\0`).join('');
}

function byteLength(words: readonly string[]): number {
  return Buffer.byteLength(terminated(words));
}
