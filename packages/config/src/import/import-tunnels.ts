import { printableLine } from '@holdfast/text';
import { plainFields, readAutossh, readCommand } from './autossh-command.ts';
import { isFound, joinFindings, type Findings } from './found-tunnel.ts';
import { readText } from './read-text.ts';
import { settleTunnels, type ExistingTunnel } from './settle-tunnels.ts';
import type { Field } from './shell-words.ts';
import { readTemplate } from './templates.ts';
import { renderTunnels } from './tunnels-toml.ts';
import { unreadLines } from './unread-lines.ts';

/** What tunnels are imported from: a text, with the name of its file, or the words of a command. */
export type ImportSource =
  | { readonly text: string; readonly file?: string | undefined }
  | { readonly words: readonly string[] };

/** What stands in the file already that the result is put into. */
export interface ImportSurroundings {
  readonly existing?: readonly ExistingTunnel[] | undefined;
}

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
  'no tunnel was found: expected is a command line of autossh or of ssh with a forward, by itself or in a script, a crontab, a unit of systemd, a file of Compose, a Dockerfile, a supervisord.conf or a property list, or an ssh_config with LocalForward, RemoteForward or DynamicForward';

/**
 * Makes a file of tunnels from what kept tunnels up so far: command lines of autossh and ssh in scripts, crontabs, units, lists of
 * containers, or an ssh_config with forwards. Which of them a text is, is found out.
 *
 * Each tunnel gets the mux heartbeat, whatever -M said. Never throws, whatever the text; what it gives loads without errors, also behind
 * what the file has already. Each line with a tunnel in it that could not be read is told in a note.
 */
export function importTunnels(
  source: ImportSource | readonly ImportSource[],
  { existing = [] }: ImportSurroundings = {},
): ImportedTunnels {
  const sources: readonly ImportSource[] = 'length' in source ? source : [source];
  if (sources.some((each) => 'text' in each && each.text.length > LONGEST_TEXT)) {
    return { wrong: `the text is longer than ${LONGEST_TEXT} characters` };
  }
  const found = joinFindings(
    sources.map((each) => withFile(readSource(each), sources.length > 1 ? each : undefined)),
  );
  const { tunnels, notes: settled } = settleTunnels(found.tunnels, existing);
  const general = [...found.notes, ...settled];
  if (found.tunnels.length === 0) {
    return { wrong: shown(found.faults[0] ?? [NOTHING_FOUND, ...general].join('; ')) };
  }
  const notes = [
    ...found.faults.map((fault) => `left out: ${fault}`),
    ...general,
    ...tunnels.flatMap(({ name, notes: own }) => own.map((note) => `${name}: ${note}`)),
  ].map(shown);
  const files = sources.flatMap((each) => ('text' in each ? (each.file ?? []) : []));
  const file = files.length === 0 ? undefined : files.join(', ');
  const toml = tunnels.length === 0 ? '' : renderTunnels(tunnels, file);
  return { toml, tunnels: tunnels.length, notes };
}

function readSource(source: ImportSource): Findings {
  if ('words' in source) return readWords(source.words);
  const text = source.text.replaceAll('\r\n', '\n').replace(/^\uFEFF/, '');
  const template = readTemplate(text);
  const found = readText(template.text, 1, source.file);
  const unread = unreadLines(text, found.lines);
  return { ...found, notes: [...found.notes, ...template.notes, ...unread] };
}

/** With several files a sentence says which one it is about. */
function withFile(found: Findings, source: ImportSource | undefined): Findings {
  const file = source !== undefined && 'text' in source ? source.file : undefined;
  if (file === undefined) return found;
  const place = (sentence: string) => `${file}: ${sentence}`;
  const tunnels = found.tunnels.map((tunnel) => ({ ...tunnel, notes: tunnel.notes.map(place) }));
  return { ...found, tunnels, faults: found.faults.map(place), notes: found.notes.map(place) };
}

/** Arguments without a program are autossh's. */
function readWords(words: readonly string[]): Findings {
  const fields = plainFields(words).map(withVariable);
  const found = readCommand(fields, {});
  const isArguments = words.some((word) => /^-[A-Za-z0-9]/.test(word));
  return isFound(found) || !isArguments ? found : readAutossh(fields, {});
}

/** The caller's shell has filled in what it knew. */
function withVariable({ text }: Field): Field {
  return { text, unknown: /^\$(?:\w+|\{\w+\})$/.test(text) ? text : '' };
}

/** Sentences quote what was read, and go to a terminal. */
function shown(sentence: string): string {
  return printableLine(sentence.slice(0, LONGEST_SENTENCE));
}
