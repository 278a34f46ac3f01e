import { UNPRINTABLE } from '../tunnels/unprintable.ts';
import { readAutossh, readCommand } from './autossh-command.ts';
import { readCommandLines } from './command-lines.ts';
import type { Findings } from './found-tunnel.ts';
import { settleTunnels } from './settle-tunnels.ts';
import { readSshConfig } from './ssh-config.ts';
import { readUnits } from './systemd-unit.ts';
import { renderTunnels } from './tunnels-toml.ts';

/** What tunnels are imported from: a text, with the name of its file, or the words of a command. */
export type ImportSource =
  | { readonly text: string; readonly file?: string | undefined }
  | { readonly words: readonly string[] };

/** A file of tunnels, or why there is none. */
export type ImportedTunnels =
  | {
      readonly toml: string;
      /** How many tunnels there are in it. */
      readonly tunnels: number;
      /** What could not be taken over, and what else the reader should know, a sentence each. */
      readonly notes: readonly string[];
    }
  | { readonly wrong: string };

const LONGEST_TEXT = 1_000_000;
const LONGEST_SENTENCE = 500;

const NOTHING_FOUND =
  'no tunnel was found: expected is a command line of autossh, a unit of systemd or a crontab with one in it, or an ssh_config with LocalForward, RemoteForward or DynamicForward';

/**
 * Makes a file of tunnels from what kept tunnels up so far: command lines of autossh, units of systemd, crontabs, or an ssh_config with
 * forwards. Which of them a text is, is found out.
 *
 * Each tunnel gets the mux heartbeat, whatever -M said. Never throws, whatever the text, and what it gives loads without errors.
 */
export function importTunnels(source: ImportSource): ImportedTunnels {
  if ('text' in source && source.text.length > LONGEST_TEXT) {
    return { wrong: `the text is longer than ${LONGEST_TEXT} characters` };
  }
  const found = 'text' in source ? readText(source.text) : readWords(source.words);
  const tunnels = settleTunnels(found.tunnels);
  if (tunnels.length === 0) {
    return { wrong: printable(found.faults[0] ?? [NOTHING_FOUND, ...found.notes].join('; ')) };
  }
  const notes = [
    ...found.faults.map((fault) => `left out: ${fault}`),
    ...found.notes,
    ...tunnels.flatMap(({ name, notes: own }) => own.map((note) => `${name}: ${note}`)),
  ].map(printable);
  const file = 'text' in source ? source.file : undefined;
  return { toml: renderTunnels(tunnels, file), tunnels: tunnels.length, notes };
}

function readText(text: string): Findings {
  if (/^[ \t]*(?:\[(?:Unit|Service|Install)\]|ExecStart[ \t]*=)/m.test(text))
    return readUnits(text);
  const isConfig = /^[ \t]*(?:(?:host|match)[ \t="]|(?:local|remote|dynamic)forward[ \t="])/im;
  return isConfig.test(text) ? readSshConfig(text) : readCommandLines(text);
}

/** Arguments without a program are autossh's. */
function readWords(words: readonly string[]): Findings {
  const found = readCommand(words, {});
  const isFound = found.tunnels.length + found.faults.length > 0;
  const isArguments = words.some((word) => /^-[A-Za-z0-9]/.test(word));
  return isFound || !isArguments ? found : readAutossh(words, {});
}

/** Sentences quote what was read, and go to a terminal. */
function printable(sentence: string): string {
  return Array.from(sentence).slice(0, LONGEST_SENTENCE).join('').replaceAll(UNPRINTABLE, '?');
}
