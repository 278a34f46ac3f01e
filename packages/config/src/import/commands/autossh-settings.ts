import { UNLIMITED_STARTS } from '@holdfast/machines';
import { type AutosshEnvironment, readAutosshEnvironment } from '../../autossh-environment.ts';
import { isSettingError } from '../../setting-error.ts';
import type { FoundTunnel } from '../found.ts';
import {
  isOptionWord,
  type OptionLetters,
  readOptionWord,
  SSH_LETTERS,
} from '@holdfast/engine/ssh-options';
import type { Field } from '../shell/shell-variables.ts';

/** The variables of a command, by name. */
export type Environment = Readonly<Record<string, string>>;

type Settings = Pick<
  FoundTunnel,
  'monitor' | 'pollSeconds' | 'gateSeconds' | 'maxStarts' | 'notes'
>;

/** The variables that have a place in a tunnels file. */
const IMPORTED = new Set([
  'AUTOSSH_POLL',
  'AUTOSSH_GATETIME',
  'AUTOSSH_MAXSTART',
  'AUTOSSH_PORT',
  'AUTOSSH_RULES',
]);

const LONGEST_SECONDS = 86_400;

/** What AUTOSSH_ variables say about a tunnel. Those that are wrong, or have no place in a tunnels file, are told in notes. */
export function readSettings(environment: Environment, isBackground: boolean): Settings {
  const { read, said, notes } = readGood(environment);
  const isSaid = (name: string) => said[name] !== undefined;
  const left = Object.keys(said).filter((name) => !IMPORTED.has(name));
  if (left.length > 0) notes.push(`${left.join(', ')}: the tunnels file has no key for it`);
  if (isSaid('AUTOSSH_MAXSTART') && read.maxStarts === 0) {
    notes.push('AUTOSSH_MAXSTART was 0, so that autossh never started ssh: left out');
  }
  return {
    monitor: said['AUTOSSH_PORT'] === '' ? undefined : said['AUTOSSH_PORT'],
    pollSeconds: isSaid('AUTOSSH_POLL') ? Math.min(read.pollSeconds, LONGEST_SECONDS) : undefined,
    gateSeconds: isSaid('AUTOSSH_GATETIME') ? gateSeconds(read, isBackground) : undefined,
    maxStarts: isSaid('AUTOSSH_MAXSTART') ? maxStarts(read) : undefined,
    notes,
  };
}

// -f sets it to 0, whatever AUTOSSH_GATETIME says.
function gateSeconds(read: AutosshEnvironment, isBackground: boolean): number {
  return isBackground ? 0 : Math.min(read.gateSeconds, LONGEST_SECONDS);
}

/** In a tunnels file the highest number is a thousand million. */
function maxStarts({ maxStarts: starts }: AutosshEnvironment): number | 'unlimited' | undefined {
  if (starts === UNLIMITED_STARTS || starts > 1_000_000_000) return 'unlimited';
  return starts === 0 ? undefined : starts;
}

interface Good {
  readonly read: AutosshEnvironment;
  /** The AUTOSSH_ variables that are not wrong. */
  readonly said: Record<string, string | undefined>;
  readonly notes: string[];
}

/** Reads what is right, and tells what is wrong: one error is found at a time. */
function readGood(environment: Environment): Good {
  const ours = Object.entries(environment).filter(([name]) => name.startsWith('AUTOSSH_'));
  const said: Record<string, string | undefined> = Object.fromEntries(ours);
  const notes: string[] = [];
  for (;;) {
    try {
      return { read: readAutosshEnvironment(said), said, notes };
    } catch (error) {
      if (!isSettingError(error) || said[error.setting] === undefined) throw error;
      notes.push(`${error.message}: left out`);
      delete said[error.setting];
    }
  }
}

/** A command line of autossh, taken apart. */
interface AutosshWords {
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
  let at = 0;
  while (at < words.length) {
    const word = words[at]!;
    if (word === '--') return { monitor, isBackground, ssh: [...ssh, ...words.slice(at + 1)] };
    if (!isOptionWord(word)) {
      // The second word that is no option begins the remote command.
      if (hasHost) break;
      hasHost = true;
      ssh.push(word);
      at += 1;
      continue;
    }
    const option = readOptionWord(words, at, AUTOSSH_LETTERS);
    isBackground ||= option.flags.includes('f');
    if (option.letter !== 'M') ssh.push(...words.slice(at, option.next));
    else {
      if (option.flags !== '') ssh.push(`-${option.flags}`);
      monitor = option.argument;
    }
    at = option.next;
  }
  return { monitor, isBackground, ssh: [...ssh, ...words.slice(at)] };
}

/** `-M` has a port behind it. */
const AUTOSSH_LETTERS: OptionLetters = {
  flags: SSH_LETTERS.flags.replace('M', ''),
  withArgument: `${SSH_LETTERS.withArgument}M`,
};

/** The arguments that a container gives autossh, and what else there is to say. */
interface ImageCommand {
  readonly fields: readonly Field[];
  readonly notes: readonly string[];
}

/** An image that is told by variables what to forward. @see https://github.com/jnovack/autossh */
const IMAGE = /(?:^|\/)autossh(?:[:@]|$)/;

const NOTES = [
  'the image takes its key from SSH_KEY_FILE, or from a mount: name it in options (-i), or add it to the agent',
  'without /known_hosts the image checks no host key: ssh does, so connect once by hand',
] as const;

/** What the variables of a container mean; `undefined`, if its image is another one. */
export function imageCommand(image: string, environment: Environment): ImageCommand | undefined {
  const host = environment['SSH_REMOTE_HOST'];
  if (!IMAGE.test(image) || host === undefined) return undefined;
  const of = (name: string, otherwise: string) => environment[name] || otherwise;
  const mode = of('SSH_MODE', '-R');
  const listen = [of('SSH_BIND_IP', '127.0.0.1'), of('SSH_TUNNEL_PORT', '0')];
  const target = [of('SSH_TARGET_HOST', 'localhost'), of('SSH_TARGET_PORT', '22')];
  const words = ['-M', '0', '-N', mode, [...listen, ...(mode === '-D' ? [] : target)].join(':')];
  const port = environment['SSH_REMOTE_PORT'];
  if (port !== undefined) words.push('-p', port);
  words.push(`${of('SSH_REMOTE_USER', 'root')}@${host}`);
  const random = 'without SSH_TUNNEL_PORT the image takes any port above 32768';
  const notes = environment['SSH_TUNNEL_PORT'] === undefined ? [random, ...NOTES] : NOTES;
  return { fields: words.map(asField), notes };
}

/** Compose fills in `${HOST}` from an environment that nobody knows here. */
function asField(text: string): Field {
  return { text, unknown: /\$(?:\w+|\{[^}]*\})/.exec(text)?.[0] ?? '' };
}
