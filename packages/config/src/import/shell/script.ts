import { NEVER_CLOSED, readCommand } from '../commands/autossh-command.ts';
import {
  atLines,
  type Found,
  isFound,
  joinFound,
  linesBetween,
  NOTHING,
  type ReadText,
} from '../found.ts';
import { type ShellCommand, shellCommands, type ShellPart } from './shell-commands.ts';
import { type Loop, openLoop, setTurn } from './shell-loops.ts';
import { changeVariables } from './shell-variables.ts';
import { type Field, knownValues, type Variables } from './shell-variables.ts';

/** Finds the tunnels in a script, whose variables change from line to line. */
export function readScript(
  text: string,
  firstLine: number,
  variables: Variables,
  readText: ReadText = () => NOTHING,
): Found {
  return readLines({ text, firstLine, changed: new Set() }, 0, {
    variables,
    readText,
    loops: 0,
    budget: { turns: MOST_TURNS },
  });
}

interface Around {
  readonly variables: Variables;
  readonly readText: ReadText;
  /** How many loops are around it, and how often they may still be gone through. */
  readonly loops: number;
  readonly budget: { turns: number };
}

/** A loop in a loop is rare, and so are hundreds of tunnels from one. */
const DEEPEST_LOOP = 4;
const MOST_TURNS = 200;

function readLines(script: Script, depthBefore: number, around: Around): Found {
  const { text, firstLine, changed } = script;
  const { variables, readText } = around;
  const found: Found[] = [];
  let depth = depthBefore;
  const parts = shellCommands(text, variables, firstLine);
  let next: IteratorResult<ShellPart, void> = parts.next();
  while (next.done !== true) {
    const part = next.value;
    let following: TakenLoop['rest'];
    if (part.kind === 'fault') {
      const isAbout = /\b(?:auto)?ssh\b/.test(part.text);
      const fault = `${JSON.stringify(part.text.trim())} ${NEVER_CLOSED}`;
      if (isAbout) found.push(atLines({ ...NOTHING, faults: [fault] }, part.line, part.line));
    } else if (part.kind === 'text') {
      if (!runsElsewhere(part.reader)) found.push(readText(part.text, part.line));
    } else {
      const { words: fields, nesting } = withoutKeywords(part.fields);
      depth = Math.max(0, depth + nesting);
      const { line, lastLine } = part;
      const loop = around.loops < DEEPEST_LOOP ? openLoop(fields, variables) : undefined;
      if (changeVariables(fields, variables, { changed, depth })) {
        found.push({ ...NOTHING, lines: linesBetween(line, lastLine) });
        if (loop !== undefined) {
          const { body, rest } = takeLoop(loop, parts, script, variables);
          following = rest;
          if (body !== undefined) {
            found.push(readLoop(loop, body, depth, around));
            depth = Math.max(0, depth - 1);
          }
        }
      } else {
        const read = atLines(readCommand(fields, knownValues(variables)), line, lastLine);
        found.push(isFound(read) ? withChoices(read, script, part) : read);
      }
    }
    next = following ?? parts.next();
  }
  return joinFound(found);
}

/** What a loop goes through, cut out of its script, and what of the script is next. */
interface TakenLoop {
  readonly body: Script | undefined;
  readonly rest: IteratorResult<ShellPart, void> | undefined;
}

/** The head of a loop that counts is cut into some commands, and then comes `do`. */
const LONGEST_HEAD = 6;

/** Takes the body of a loop, up to its `done`, or to the end of the text. What its commands do to variables is done by whoever reads them. */
function takeLoop(
  { name }: Loop,
  parts: Iterator<ShellPart, void>,
  { text, changed }: Script,
  variables: Variables,
): TakenLoop {
  const before = new Map(variables);
  let next = parts.next();
  for (let left = name === undefined ? LONGEST_HEAD : 0; left > 0 && !isDo(next); left -= 1) {
    if (next.done === true) break;
    const [counted] = next.value.kind === 'command' ? next.value.fields : [];
    before.delete(/^[A-Za-z_]\w*/.exec(counted?.text ?? '')?.[0] ?? '');
    next = parts.next();
  }
  if (!isDo(next)) return { body: undefined, rest: next };
  const { start, line, fields } = (next as IteratorYieldResult<ShellCommand>).value;
  let depth = 1 + withoutKeywords(fields).nesting;
  let end = text.length;
  // Not with for...of, which ends the iterator where it breaks off.
  for (next = parts.next(); next.done !== true; next = parts.next()) {
    if (next.value.kind !== 'command') continue;
    depth += withoutKeywords(next.value.fields).nesting;
    if (depth > 0) continue;
    end = next.value.start;
    break;
  }
  variables.clear();
  for (const [key, value] of before) variables.set(key, value);
  const body = { text: text.slice(start + 'do'.length, end), firstLine: line, changed };
  return { body, rest: undefined };
}

function isDo(next: IteratorResult<ShellPart, void>): boolean {
  return next.done !== true && next.value.kind === 'command' && next.value.fields[0]?.text === 'do';
}

/** Goes through a loop as often as it says; once, with an unknown value, where it does not say that. */
function readLoop(loop: Loop, body: Script, depth: number, around: Around): Found {
  const { variables, budget } = around;
  const isKnown = loop.values !== undefined && loop.values.length <= budget.turns;
  const turns: readonly (string | undefined)[] = isKnown ? loop.values : [undefined];
  budget.turns -= turns.length;
  const found = turns.map((value) => {
    setTurn(loop, value, variables);
    return readLines(body, isKnown ? depth - 1 : depth, { ...around, loops: around.loops + 1 });
  });
  const all = joinFound(found);
  return { ...all, faults: [...new Set(all.faults)], notes: [...new Set(all.notes)] };
}

/** The commands of a here-document for ssh run at the far end. */
function runsElsewhere({ fields }: ShellCommand): boolean {
  return fields.some(({ text }) => /^(?:.*\/)?ssh$/.test(text));
}

const OPENS = new Set(['if', 'while', 'until', 'for', 'select', 'case', '{']);
const CLOSES = new Set(['fi', 'done', 'esac', '}']);
const BETWEEN = new Set(['then', 'do', 'else', 'elif', '!', 'time', 'in']);

/** A command without the words of the shell in front of it, and how much deeper they lead. */
function withoutKeywords(fields: readonly Field[]) {
  let [at, nesting] = [0, 0];
  for (; at < fields.length; at += 1) {
    const { text } = fields[at]!;
    if (OPENS.has(text)) nesting += 1;
    else if (CLOSES.has(text)) nesting -= 1;
    else if (!BETWEEN.has(text)) break;
    if (text === 'for' || text === 'select' || text === 'case') break;
  }
  return { words: fields.slice(at), nesting };
}

interface Script {
  readonly text: string;
  readonly firstLine: number;
  readonly changed: Set<string>;
}

/** Says of which variables a script may have chosen another value. */
function withChoices(
  findings: Found,
  { text, firstLine, changed }: Script,
  { line, lastLine }: ShellCommand,
): Found {
  if (changed.size === 0) return findings;
  const written = text
    .split('\n')
    .slice(line - firstLine, lastLine - firstLine + 1)
    .join('\n');
  const notes = [...changed]
    .filter((name) => new RegExp(`\\$\\{?${name}\\b`).test(written))
    .map(
      (name) => `line ${line}: ${name} has more than one value in this script: the last is taken`,
    );
  const tunnels = findings.tunnels.map((tunnel) => ({
    ...tunnel,
    notes: [...tunnel.notes, ...notes],
  }));
  return { ...findings, tunnels };
}
