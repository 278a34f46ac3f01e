import { readOptionWord, takesNextWord } from '@holdfast/engine/ssh-options';
import { readSettings, type Environment } from './autossh-settings.ts';
import { NOTHING, type Findings } from './found-tunnel.ts';
import { takeMonitor } from './monitor-option.ts';
import { splitShell } from './shell-commands.ts';
import { parseSshArguments } from './ssh-arguments.ts';

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

/** Whether some words are nothing but assignments, as `export` takes them too. */
export function isAssignment([first, ...rest]: readonly string[]): boolean {
  const words = first === 'export' ? rest : [first ?? '', ...rest];
  return words.every((word) => ASSIGNMENT.test(word));
}

/**
 * Finds the tunnel in the words of a command that runs autossh or ssh.
 *
 * What stands in front (`env`, `exec`, `sudo -u me`, the user of a crontab) is passed over but for assignments; where it is a shell that
 * is given the command as one word, that word is read.
 */
export function readCommand(
  words: readonly string[],
  environment: Environment,
  depth = 0,
): Findings {
  const at = findProgram(words);
  if (at === -1) return readInnerShell(words, environment, depth);
  const before = words.slice(0, at);
  if (before.some((word) => MENTIONS_ONLY.test(word))) return NOTHING;
  const known = { ...environment, ...readAssignments(before) };
  // start-stop-daemon has its own "--" in front of the arguments.
  const rest = words.slice(words[at + 1] === '--' ? at + 2 : at + 1);
  if (AUTOSSH.test(words[at]!)) return rest.length === 0 ? NOTHING : readAutossh(rest, known);
  // Most ssh are no tunnels.
  return rest.some((word) => FORWARD.test(word)) ? readSsh(rest) : NOTHING;
}

/** Programs that look for a command, or end it, and do not run it. */
const MENTIONS_ONLY =
  /^(?:.*\/)?(?:\[\[?|test|echo|printf|logger|which|type|grep|pgrep|pkill|killall|apt|apt-get|dnf|yum|apk|brew|systemctl|service)$/;
const AUTOSSH = /^(?:[^=]*\/)?autossh$/;
const SSH = /^(?:[^=]*\/)?ssh$/;
const FORWARD = /^-[A-Za-z0-9]*[LRD]/;

function findProgram(words: readonly string[]): number {
  const autossh = words.findIndex((word) => AUTOSSH.test(word));
  return autossh === -1 ? words.findIndex((word) => SSH.test(word)) : autossh;
}

function readInnerShell(words: readonly string[], environment: Environment, depth: number) {
  if (words.some((word) => MENTIONS_ONLY.test(word))) return NOTHING;
  const inner = words.find((word) => /(?:^|[\s/;&('"])(?:auto)?ssh\s/.test(word));
  const read = inner === undefined ? undefined : splitShell(inner);
  if (read === undefined || 'wrong' in read || depth === DEEPEST_SHELL) return NOTHING;
  const all = { ...environment, ...readAssignments(words) };
  const found = read.value.map((command) => readCommand(command.words, all, depth + 1));
  return found.find(({ tunnels, faults }) => tunnels.length + faults.length > 0) ?? NOTHING;
}

/** Reads the arguments of autossh. */
export function readAutossh(words: readonly string[], environment: Environment): Findings {
  const { monitor, isBackground, ssh } = takeMonitor(words);
  const settings = readSettings(environment, isBackground);
  const found = readSsh(ssh);
  const tunnels = found.tunnels.map((tunnel) => ({
    ...tunnel,
    ...settings,
    monitor: settings.monitor ?? monitor,
    notes: [...tunnel.notes, ...settings.notes],
  }));
  return { ...found, tunnels };
}

function readSsh(words: readonly string[]): Findings {
  const unknown = leadingVariables(words);
  const read = parseSshArguments(words.filter((_, at) => !unknown.includes(at)));
  if ('wrong' in read) return { ...NOTHING, faults: [sentence(read)] };
  const { host, forwards, options, command } = read;
  const notes = unknown.map((at) => `left out: ${words[at]}, whose value is not known here`);
  if (command.length > 0) {
    notes.push(`a tunnel runs no command at the far end; left out: ${command.join(' ')}`);
  }
  return { ...NOTHING, tunnels: [{ host, forwards, options, notes }] };
}

/**
 * Where variables stand in front of the host, which hold options as a rule.
 *
 * Where nothing else can be the host, the last one is.
 */
function leadingVariables(words: readonly string[]): readonly number[] {
  const plain: number[] = [];
  for (let at = 0; at < words.length && words[at] !== '--'; at += 1) {
    const word = words[at]!;
    if (word === '-' || !word.startsWith('-')) plain.push(at);
    else if (takesNextWord(readOptionWord(word))) at += 1;
  }
  const isKnown = (at: number) => !/^\$(?:\w+|\{\w+\})$/.test(words[at]!);
  const host = plain.findIndex(isKnown);
  return host === -1 ? plain.slice(0, -1) : plain.slice(0, host);
}

function sentence({ wrong, nearest }: { readonly wrong: string; readonly nearest?: string }) {
  return nearest === undefined ? wrong : `${wrong}; perhaps ${nearest} was meant`;
}
