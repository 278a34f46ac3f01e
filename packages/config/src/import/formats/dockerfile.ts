import { plainFields, readAssignments, readCommand } from '../commands/autossh-command.ts';
import type { Environment } from '../commands/autossh-settings.ts';
import { readScript } from '../shell/script.ts';
import { atLines, type Found, joinFound, linesBetween, NOTHING, withoutLines } from '../found.ts';
import { type Field, variable, type Variables } from '../shell/shell-variables.ts';
import { fillIn } from '../shell/shell-words.ts';

interface Instruction {
  readonly name: string;
  readonly value: string;
  readonly first: number;
  readonly last: number;
}

/** What an image runs: words, or a line for a shell. */
type Command = { readonly words: readonly string[] } | { readonly line: string };

/**
 * Finds the tunnels that images of a Dockerfile keep up.
 *
 * @see https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
 */
export function readDockerfile(text: string, firstLine = 1): Found {
  const found: Found[] = [];
  let stage: Instruction[] = [];
  const finish = () => {
    found.push(readStage(stage));
    stage = [];
  };
  for (const instruction of readInstructions(text, firstLine)) {
    if (instruction.name === 'FROM') finish();
    stage.push(instruction);
  }
  finish();
  return joinFound(found);
}

function readInstructions(text: string, firstLine: number): readonly Instruction[] {
  const found: Instruction[] = [];
  let open: Instruction | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*#/.test(line)) continue;
    const last = firstLine + index;
    const isOpen = /\\\s*$/.test(line);
    const part = line.replace(/\\\s*$/, ' ').trim();
    if (open !== undefined) open = { ...open, value: `${open.value} ${part}`, last };
    else {
      const [, name, value] = /^([A-Za-z]+)\s+(.*)$/s.exec(part) ?? [];
      if (name === undefined) continue;
      open = { name: name.toUpperCase(), value: value!, first: last, last };
    }
    if (isOpen) continue;
    found.push(open);
    open = undefined;
  }
  return open === undefined ? found : [...found, open];
}

function readStage(stage: readonly Instruction[]): Found {
  const last = (name: string) => stage.findLast((each) => each.name === name);
  const [entrypoint, cmd] = [last('ENTRYPOINT'), last('CMD')];
  const places = [entrypoint, cmd].filter((each) => each !== undefined);
  const settings = stage.filter(({ name }) => /^(?:FROM|LABEL|MAINTAINER|ENV|ARG)$/.test(name));
  const lines = settings.flatMap(({ first, last: end }) => linesBetween(first, end));
  if (places.length === 0) return { ...NOTHING, lines };
  const environment = readEnvironment(stage);
  const [one, other] = [entrypoint, cmd].map((each) => each && readValue(each.value));
  const findings = readBoth(one, other, environment);
  const found = places.map(({ first, last: end }) => linesBetween(first, end)).flat();
  const read = atLines(findings, Math.min(...found), Math.max(...found));
  return { ...read, lines: [...read.lines, ...lines] };
}

function readEnvironment(stage: readonly Instruction[]): Environment {
  const all = stage
    .filter(({ name }) => name === 'ENV' || name === 'ARG')
    .flatMap(({ value }) => {
      const old = /^(\w+)\s+([^=]*)$/.exec(value);
      if (old !== null) return [`${old[1]}=${old[2]}`];
      return (value.match(/\w+=(?:"[^"]*"|'[^']*'|\S*)/g) ?? []).map((each) =>
        each.replace(/^(\w+=)(["'])(.*)\2$/s, '$1$3'),
      );
    });
  return readAssignments(all);
}

function readValue(value: string): Command {
  if (!value.startsWith('[')) return { line: value };
  try {
    const words: unknown = JSON.parse(value);
    if (Array.isArray(words)) return { words: words.map(String) };
  } catch {
    // What is not JSON is a line for a shell, to Docker as well.
  }
  return { line: value };
}

/** The words of CMD are arguments of ENTRYPOINT, unless that is a line for a shell. */
export function readBoth(
  entrypoint: Command | undefined,
  cmd: Command | undefined,
  environment: Environment,
): Found {
  const variables = (): Variables =>
    new Map(Object.entries(environment).map(([name, value]) => [name, variable(value)]));
  if (entrypoint === undefined || (cmd !== undefined && isEmpty(entrypoint))) {
    return cmd === undefined ? NOTHING : readOne(cmd, environment, variables());
  }
  if ('line' in entrypoint || cmd === undefined) {
    return readOne(entrypoint, environment, variables());
  }
  const more = 'words' in cmd ? cmd.words : cmd.line.split(/\s+/);
  return readOne({ words: [...entrypoint.words, ...more] }, environment, variables());
}

function isEmpty(command: Command): boolean {
  return 'words' in command && command.words.length === 0;
}

function readOne(command: Command, environment: Environment, variables: Variables): Found {
  if ('line' in command) {
    // The lines are told for all of it.
    return withoutLines(readScript(command.line, 1, variables));
  }
  return readCommand(command.words.map(asField), environment);
}

/**
 * No shell fills in what stands in a list. Compose fills in defaults there, and whoever wrote one for Docker meant it; a word with blanks is
 * a script, whose shell does it.
 */
function asField(text: string): Field {
  const { text: filled, unknown } = fillIn(text, new Map());
  if (unknown !== '') return { text, unknown };
  return plainFields([text.includes('${') && !/\s/.test(text) ? filled : text])[0]!;
}
