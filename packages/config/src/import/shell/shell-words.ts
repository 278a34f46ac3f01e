import {
  arithmetic,
  type Field,
  variable,
  type Variable,
  type Variables,
} from './shell-variables.ts';

/** What a `$` or a backquote stands for, and where the text goes on behind it. */
interface Expansion extends Variable {
  readonly next: number;
}

/** A word, or several: what is filled in without quotes is split at blanks. */
interface ShellWord {
  readonly fields: readonly Field[];
  readonly next: number;
}

const ENDS_WORD = /[\s;&|<>()]/;
const ASSIGNMENT = /[A-Za-z_]\w*\+?=/y;

/**
 * Reads one word as sh reads it, with quotes, backslashes and variables; `undefined` if a quote in it is never closed.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_06
 */
export function readShellWord(
  source: string,
  from: number,
  variables: Variables,
): ShellWord | undefined {
  ASSIGNMENT.lastIndex = from;
  const isAssignment = ASSIGNMENT.test(source);
  const fields: Field[] = [];
  let field: Field | undefined;
  const add = (text: string, unknown = '') => {
    field = { text: (field?.text ?? '') + text, unknown: field?.unknown || unknown };
  };
  const close = () => {
    if (field !== undefined) fields.push(field);
    field = undefined;
  };
  let [at, isQuoted] = [from, false];
  while (at < source.length) {
    const character = source[at]!;
    if (!isQuoted && ENDS_WORD.test(character)) break;
    if (character === '"') {
      isQuoted = !isQuoted;
      add('');
      at += 1;
    } else if (character === "'" && !isQuoted) {
      const end = source.indexOf("'", at + 1);
      if (end === -1) return undefined;
      add(source.slice(at + 1, end));
      at = end + 1;
    } else if (character === '\\') {
      const next = source[at + 1];
      if (next === '\n') at += 2;
      else if (next !== undefined && (!isQuoted || '$`"\\'.includes(next))) {
        add(next);
        at += 2;
      } else {
        add(character);
        at += 1;
      }
    } else {
      const expansion = readExpansion(source, at, variables);
      if (expansion === undefined) {
        add(character);
        at += 1;
        continue;
      }
      at = expansion.next;
      const parts =
        isQuoted || isAssignment ? expansion.fields : expansion.fields.flatMap(splitField);
      const isOne = parts.length <= 1 || (isAssignment && !isQuoted);
      if (isOne) for (const { text, unknown } of parts) add(text, unknown);
      else {
        for (const [index, { text, unknown }] of parts.entries()) {
          if (index > 0) close();
          add(text, unknown);
        }
      }
    }
  }
  if (isQuoted) return undefined;
  close();
  return { fields, next: at };
}

function splitField({ text, unknown }: Field): readonly Field[] {
  if (unknown !== '') return [{ text, unknown }];
  return text
    .split(/\s+/)
    .filter((part) => part !== '')
    .map((part) => ({ text: part, unknown: '' }));
}

/** Fills in the variables of a text that has no quotes of its own: the body of a here-document. */
export function fillIn(text: string, variables: Variables): Field {
  let [filled, unknown, at] = ['', '', 0];
  while (at < text.length) {
    const expansion = readExpansion(text, at, variables);
    if (expansion === undefined) {
      const isEscaped = text[at] === '\\' && '$`\\'.includes(text[at + 1] ?? ' ');
      filled += isEscaped ? text[at + 1]! : text[at]!;
      at += isEscaped ? 2 : 1;
      continue;
    }
    filled += expansion.fields.map((field) => field.text).join(' ');
    unknown ||= expansion.fields.find((field) => field.unknown !== '')?.unknown ?? '';
    at = expansion.next;
  }
  return { text: filled, unknown };
}

const NAME = /\$([A-Za-z_]\w*|[0-9@*#?$!-])/y;
const BRACED = /^([A-Za-z_]\w*|[0-9@*#?$!-])(\[[@*]\])?(?:(:?[-=?+])(.*))?$/s;

function readExpansion(source: string, at: number, variables: Variables): Expansion | undefined {
  const two = source.slice(at, at + 2);
  if (two[0] === '`') return unknownUntil(source, at, closing(source, at, '`', '`'));
  if (two === '$(') {
    const end = closing(source, at + 1, '(', ')');
    const number = end === -1 ? undefined : arithmetic(source.slice(at, end + 1), variables);
    return number === undefined
      ? unknownUntil(source, at, end)
      : { ...variable(number), next: end + 1 };
  }
  if (two === '${') return readBraced(source, at, variables);
  NAME.lastIndex = at;
  const [whole, name] = NAME.exec(source) ?? [];
  if (whole === undefined) return undefined;
  return { ...(lookUp(name!, variables) ?? variable(whole, whole)), next: at + whole.length };
}

function readBraced(source: string, at: number, variables: Variables): Expansion | undefined {
  const end = closing(source, at + 1, '{', '}');
  if (end === -1) return undefined;
  const [, name, list, operator = '', other = ''] = BRACED.exec(source.slice(at + 2, end)) ?? [];
  const next = end + 1;
  const written = source.slice(at, next);
  if (name === undefined) return { ...variable(written, written), next };
  const found = lookUp(name, variables);
  const isEmpty = found?.fields.every(({ text }) => text === '') ?? true;
  const isMissing = found === undefined || (operator.startsWith(':') && isEmpty);
  if (isMissing && /^:?[-=]$/.test(operator)) {
    const { text, unknown } = fillIn(unquote(other), variables);
    if (operator.endsWith('=')) variables.set(name, variable(text, unknown));
    return { ...variable(text, unknown), next };
  }
  if (found === undefined || operator.endsWith('+')) return { ...variable(written, written), next };
  if (found.isList && list === undefined) {
    return { fields: found.fields.slice(0, 1), isList: false, next };
  }
  return { ...found, next };
}

function unquote(text: string): string {
  return /^"(.*)"$/s.exec(text)?.[1] ?? /^'(.*)'$/s.exec(text)?.[1] ?? text;
}

/** Unless a script sets it, HOME is what ssh and Holdfast know as `~`. */
function lookUp(name: string, variables: Variables): Variable | undefined {
  return variables.get(name) ?? (name === 'HOME' ? variable('~') : undefined);
}

function unknownUntil(source: string, at: number, end: number): Expansion | undefined {
  if (end === -1) return undefined;
  const written = source.slice(at, end + 1);
  // "$(which autossh)" is autossh, wherever that is.
  const [, program] = /^(?:\$\(|`)\s*(?:which|command -v)\s+([\w/.-]+)\s*[)`]$/.exec(written) ?? [];
  if (program !== undefined) return { ...variable(program), next: end + 1 };
  return { ...variable(written, written), next: end + 1 };
}

/** Nothing in brackets is longer: where one is never closed, the search ends there. */
const LONGEST_EXPANSION = 2000;

/** Where the bracket that opens at a place is closed; -1: nowhere. */
function closing(source: string, from: number, open: string, close: string): number {
  const end = Math.min(source.length, from + LONGEST_EXPANSION);
  let depth = 0;
  for (let at = from; at < end; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === close && depth > 0 && (depth -= 1) === 0) return at;
    else if (source[at] === open) depth += 1;
  }
  return -1;
}
