import { printableLine } from '@holdfast/text';
import { plainFields, readAutossh, readCommand } from './commands/autossh-command.ts';
import { type Found, isFound, joinFound } from './found.ts';
import { readText } from './read-text.ts';
import { type ExistingTunnel, settleTunnels } from './settle-tunnels.ts';
import type { Field } from './shell/shell-variables.ts';
import { renderTunnels } from './tunnels-toml.ts';

/** What tunnels are imported from: a text, with the name of its file, or the words of a command. */
export type ImportSource =
  | { readonly text: string; readonly file?: string | undefined }
  | { readonly words: readonly string[] };

/** What stands in the file already that the result is put into. */
export interface ImportSurroundings {
  readonly existing?: readonly ExistingTunnel[] | undefined;
}

/** A tunnels file, or why there is none. */
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
  'no tunnel found: import reads a command line of autossh, or of ssh with a forward, alone or in a script, a crontab, a systemd unit, a Compose file, a Dockerfile, a supervisord.conf or a property list, or an ssh_config with LocalForward, RemoteForward or DynamicForward';

/**
 * Makes a tunnels file from what kept tunnels up so far: command lines of autossh and ssh in scripts, crontabs, units, lists of
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
  const found = joinFound(
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
  const toml =
    tunnels.length === 0
      ? ''
      : renderTunnels(tunnels, { file, isWholeFile: existing.length === 0 });
  return { toml, tunnels: tunnels.length, notes };
}

function readSource(source: ImportSource): Found {
  if ('words' in source) return readWords(source.words);
  const text = source.text.replaceAll('\r\n', '\n').replace(/^\uFEFF/, '');
  const template = readTemplate(text);
  const found = readText(template.text, 1, source.file);
  const unread = unreadLines(text, found.lines);
  return { ...found, notes: [...found.notes, ...template.notes, ...unread] };
}

/** With several files a sentence says which one it is about. */
function withFile(found: Found, source: ImportSource | undefined): Found {
  const file = source !== undefined && 'text' in source ? source.file : undefined;
  if (file === undefined) return found;
  const place = (sentence: string) => `${file}: ${sentence}`;
  const tunnels = found.tunnels.map((tunnel) => ({ ...tunnel, notes: tunnel.notes.map(place) }));
  return { ...found, tunnels, faults: found.faults.map(place), notes: found.notes.map(place) };
}

/** Arguments without a program are autossh's. */
function readWords(words: readonly string[]): Found {
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

/** What a template fills in: Jinja's and Go's `{{ x }}`, ERB's `<%= x %>`. */
const VALUE = /\{\{-?\s*([^{}]*?)\s*-?\}\}|<%=\s*([^%]*?)\s*-?%>/g;

/** What a template decides: Jinja's `{% for ... %}`, ERB's `<% if ... %>`, Terraform's `%{ if ... }`. */
const STATEMENT =
  /\{%-?\s*([^%]*?)\s*-?%\}|<%-?\s(?!=)([^%]*?)\s*-?%>|%\{~?\s*((?:for|if|else|endif|endfor)\b[^}]*?)\s*~?\}/g;

/** A template as far as it can be read without whoever fills it in. */
interface ReadTemplate {
  /** What is filled in is a variable that nobody knows; it has as many lines as before. */
  readonly text: string;
  readonly notes: readonly string[];
}

/** Reads the template of Ansible, Helm, Terraform, Puppet or Chef that a text may be. */
function readTemplate(text: string): ReadTemplate {
  const notes: string[] = [];
  const lines = text.split('\n').map((line, index) => {
    const plain = line.replaceAll(STATEMENT, (written: string) => {
      const note = `line ${index + 1}: not read: ${written}, which a template fills in: its value is not known here`;
      if (!notes.includes(note)) notes.push(note);
      return '';
    });
    return plain.replaceAll(VALUE, asVariable);
  });
  return { text: lines.join('\n'), notes };
}

/** What a template fills in has blanks in it; a variable has none. */
function asVariable(_: string, double: string | undefined, erb: string | undefined): string {
  return `\${${(double ?? erb ?? '').replaceAll(/\W+/g, '_')}}`;
}

/** A line that nobody who imports would want to lose: autossh, or an ssh with a forward or without a command. */
const MENTIONS = /\bautossh\b|\bssh\b[^#]*[\s"'=,[]-[A-Za-z0-9]*[LRDN]/;

/** What somebody says about a command is none; a command that was switched off may be worth a look. */
const PROSE = /^\s*(?:#|;|\/\/|<!--)(?!.*\b(?:auto)?ssh\s+(?:-|\S+\s+-))/;

/** A text may mention autossh as often as it likes. */
const MOST_LINES = 20;
const LONGEST_LINE = 80;

/** A sentence about the lines in which a tunnel may be that was not read. */
function unreadLines(text: string, read: readonly number[]): readonly string[] {
  const known = new Set(read);
  const unread = text.split('\n').flatMap((line, index) => {
    const at = index + 1;
    if (known.has(at) || !MENTIONS.test(line) || PROSE.test(line)) return [];
    return [{ at, line: Array.from(line.trim()).slice(0, LONGEST_LINE).join('') }];
  });
  if (unread.length === 0) return [];
  const told = unread
    .slice(0, MOST_LINES)
    .map(({ at, line }) => `line ${at}: not read as a tunnel: ${line}`);
  const rest = unread.slice(MOST_LINES).map(({ at }) => at);
  const more = rest.length === 0 ? [] : [`not read as tunnels either: lines ${rest.join(', ')}`];
  return [...told, ...more];
}
