import { readSshWords } from '@holdfast/engine/ssh-options';
import { didYouMean } from '@holdfast/text';
import { type Environment, imageCommand, readSettings, takeMonitor } from './autossh-settings.ts';
import { type Found, isFound, joinFound, NOTHING, withNotes } from '../found.ts';
import { shellCommands } from '../shell/shell-commands.ts';
import { type Field, knownValues, variable, type Variables } from '../shell/shell-variables.ts';
import { parseSshArguments } from './ssh-arguments.ts';
import { leaveOutUnknown, leaveOutUnwatchable } from './left-out-words.ts';

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s;

/** `su -c "autossh ..."` in a `sh -c '...'` is as deep as anybody goes. */
const DEEPEST_SHELL = 4;

/** The assignments among some words. */
export function readAssignments(words: readonly string[]): Environment {
  const found = words.flatMap((word) => {
    const [, name, value] = ASSIGNMENT.exec(word) ?? [];
    return name === undefined ? [] : [[name, value!] as const];
  });
  return Object.fromEntries(found);
}

/** Words of which everything is known. */
export function plainFields(words: readonly string[]): readonly Field[] {
  return words.map((text) => ({ text, unknown: '' }));
}

/**
 * Finds the tunnels in the words of a command that runs autossh or ssh.
 *
 * What stands in front (`env`, `exec`, `sudo -u me`, the user of a crontab) is passed over but for assignments; where it is a shell that
 * is given the command as one word (`sh -c`, `su -c`, `tmux new -d`), that word is read.
 */
export function readCommand(fields: readonly Field[], environment: Environment, depth = 0): Found {
  const words = fields.map(({ text }) => text);
  const run = words.findIndex((word) => CONTAINERS.test(word));
  const at = words.findIndex(
    (word, index) => PROGRAM.test(word) && !(run !== -1 && isImage(word, index, run)),
  );
  if (at === -1 && run !== -1) {
    const read = readContainer(words.slice(run + 1));
    if (isFound(read)) return read;
  }
  if (at === -1) return readInnerShell(fields, environment, depth);
  const before = words.slice(0, at);
  if (before.some((word) => MENTIONS_ONLY.test(word))) return NOTHING;
  const known = { ...environment, ...readAssignments(before) };
  const rest = fields.slice(restAt(words, at));
  if (AUTOSSH.test(words[at]!)) {
    return rest.length === 0 ? NOTHING : withSurroundings(readAutossh(rest, known), before);
  }
  // Most ssh are no tunnels, and what another runs at the far end is none of here.
  return isTunnel(rest) ? withSurroundings(readSsh(rest), before) : NOTHING;
}

const CONTAINERS = /^(?:.*\/)?(?:docker|podman|nerdctl)$/;

/** `alpine/ssh` behind docker is no program. */
function isImage(word: string, index: number, run: number): boolean {
  return index > run && /^[^/.]+[^=]*\//.test(word);
}

/** `docker run -e NAME=VALUE ... IMAGE` */
function readContainer(words: readonly string[]): Found {
  const variables = words.flatMap((word, index) => {
    if (/^(?:-e|--env)$/.test(words[index - 1] ?? '')) return [word];
    const [, joined] = /^(?:-e|--env=)(\w+=.*)$/s.exec(word) ?? [];
    return joined === undefined ? [] : [joined];
  });
  return readImage(words.at(-1) ?? '', readAssignments(variables));
}

/** Finds the tunnel that the variables of a container mean; nothing, if its image is another one. */
export function readImage(image: string, environment: Environment): Found {
  const command = imageCommand(image, environment);
  return command === undefined
    ? NOTHING
    : withNotes(readAutossh(command.fields, {}), command.notes);
}

/** Programs that look for a command, or end it, and do not run it. */
const MENTIONS_ONLY =
  /^(?:.*\/)?(?:\[\[?|test|echo|printf|logger|which|type|command|hash|man|grep|egrep|pgrep|pkill|pidof|killall|kill|killproc|apt|apt-get|aptitude|dnf|yum|apk|brew|opkg|pacman|zypper|pip|systemctl|service|rc-service|launchctl|cp|mv|rm|ln|chmod|chown|install|cat|tee|mkdir|ls|touch)$/;
const AUTOSSH = /^(?:[^=]*\/)?autossh$/;
const PROGRAM = /^(?:[^=]*\/)?(?:auto)?ssh$/;

/** start-stop-daemon takes the arguments of its program behind a "--" of its own. */
function restAt(words: readonly string[], at: number): number {
  const isStarted = words.slice(0, at).some((word) => /(?:^|\/)start-stop-daemon$/.test(word));
  const dashes = words.indexOf('--', at);
  return isStarted && dashes !== -1 ? dashes + 1 : at + 1;
}

function isTunnel(fields: readonly Field[]): boolean {
  const words = fields.map(({ text }) => text);
  const { options } = readSshWords(words);
  return options.some(
    ({ letter, argument }) =>
      'LRDN'.includes(letter) ||
      (letter === 'o' && /^\s*"?(?:(?:local|remote|dynamic)forward)\b/i.test(argument)),
  );
}

/** Who ran it, and what it was given: the tunnels file has no place for that. */
function withSurroundings(findings: Found, before: readonly string[]): Found {
  const notes: string[] = [];
  const program = (name: string) => before.findIndex((word) => word.split('/').at(-1) === name);
  for (const name of ['sudo', 'doas', 'runuser', 'su', 'start-stop-daemon']) {
    const at = program(name);
    if (at === -1) continue;
    const user = userOf(before.slice(at + 1), name);
    if (user !== undefined)
      notes.push(`it ran as user ${user}: add it to the tunnels file of that user`);
  }
  if (program('sshpass') !== -1) {
    notes.push('sshpass gave it a password: a tunnel needs a key');
  }
  const tunnels = findings.tunnels.map((tunnel) => ({
    ...tunnel,
    notes: [...tunnel.notes, ...notes],
  }));
  return { ...findings, tunnels };
}

function userOf(words: readonly string[], program: string): string | undefined {
  const letter = program === 'start-stop-daemon' ? 'c' : 'u';
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (program === 'su' && /^(?:-[cs]|--command|--shell)$/.test(word)) {
      at += 1;
      continue;
    }
    const [, joined] = new RegExp(`^(?:-${letter}|--(?:user|chuid)=?)(.*)$`).exec(word) ?? [];
    if (joined !== undefined && program !== 'su') return joined === '' ? words[at + 1] : joined;
    if (program === 'su' && !word.startsWith('-')) return word;
  }
  return undefined;
}

function readInnerShell(fields: readonly Field[], environment: Environment, depth: number) {
  const words = fields.map(({ text }) => text);
  if (words.some((word) => MENTIONS_ONLY.test(word))) return NOTHING;
  const isAlias = words[0] === 'alias';
  const texts = isAlias ? words.map((word) => word.replace(/^[\w.-]+=/, '')) : words;
  const inner = texts.find((word) => /(?:^|[\s;/&|('"!])(?:auto)?ssh\s/.test(word));
  if (inner === undefined || depth === DEEPEST_SHELL) return NOTHING;
  const all = { ...environment, ...readAssignments(words) };
  const variables: Variables = new Map(
    Object.entries(all).map(([name, value]) => [name, variable(value)]),
  );
  const found: Found[] = [];
  for (const part of shellCommands(inner, variables)) {
    if (part.kind === 'fault') {
      found.push({ ...NOTHING, faults: [`${JSON.stringify(inner)} ${NEVER_CLOSED}`] });
    }
    if (part.kind !== 'command') continue;
    for (const [name, value] of Object.entries(assignmentsOf(part.fields))) {
      variables.set(name, variable(value));
    }
    found.push(readCommand(part.fields, { ...all, ...knownValues(variables) }, depth + 1));
  }
  return withSurroundings(joinFound(found.filter(isFound)), words);
}

export const NEVER_CLOSED = 'has a quote that is never closed';

/** What a command assigns that does nothing else. */
function assignmentsOf(fields: readonly Field[]): Environment {
  const words = fields.map(({ text }) => text);
  const own = words[0] === 'export' ? words.slice(1) : words;
  return own.every((word) => ASSIGNMENT.test(word)) ? readAssignments(own) : {};
}

/** Reads the arguments of autossh. */
export function readAutossh(fields: readonly Field[], environment: Environment): Found {
  const { monitor, isBackground, ssh } = takeMonitor(fields.map(({ text }) => text));
  const settings = readSettings(environment, isBackground);
  const unknown = new Map(fields.map((field) => [field.text, field.unknown]));
  const found = readSsh(ssh.map((text) => ({ text, unknown: unknown.get(text) ?? '' })));
  const tunnels = found.tunnels.map((tunnel) => ({
    ...tunnel,
    ...settings,
    monitor: settings.monitor ?? monitor,
    notes: [...tunnel.notes, ...settings.notes],
  }));
  return { ...found, tunnels };
}

function readSsh(fields: readonly Field[]): Found {
  const { words, notes: unknown, unfinished } = leaveOutUnknown(fields);
  const read = parseSshArguments(words);
  if ('wrong' in read) return { ...NOTHING, faults: [sentence(read)] };
  const { host, forwards, command } = read;
  const { options, notes: unwatchable } = leaveOutUnwatchable(read.options);
  const notes = [...unknown, ...unwatchable];
  if (command.length > 0) {
    notes.push(`a tunnel runs no command at the far end; left out: ${command.join(' ')}`);
  }
  return { ...NOTHING, tunnels: [{ host, forwards, options, notes, unfinished }] };
}

function sentence({ wrong, nearest }: { readonly wrong: string; readonly nearest?: string }) {
  return `${wrong}${didYouMean(nearest)}`;
}
