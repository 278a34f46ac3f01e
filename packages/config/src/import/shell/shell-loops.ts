import { type Field, variable, type Variables } from './shell-variables.ts';
import { fillIn } from './shell-words.ts';

/** The head of a `for`. */
export interface Loop {
  /** What it sets with each turn; `undefined`: it counts, as in C. */
  readonly name: string | undefined;
  /** What it sets that to, turn by turn; `undefined`: nobody knows who does not run the script. */
  readonly values: readonly string[] | undefined;
}

/** More are not written out by hand, and hardly tunnels. */
const MOST_VALUES = 100;

const NAME = /^[A-Za-z_]\w*$/;

/** The loop that a command opens, if it is a `for`. */
export function openLoop(fields: readonly Field[], variables: Variables): Loop | undefined {
  const [word, name, sign, ...words] = fields;
  if (word?.text !== 'for') return undefined;
  if (name === undefined) return { name: undefined, values: undefined };
  if (!NAME.test(name.text)) return undefined;
  const values = sign?.text === 'in' ? valuesOf(words, variables) : undefined;
  return { name: name.text, values };
}

/** Sets the variable of a loop for a turn of it; without a value nobody knows what it is. */
export function setTurn({ name }: Loop, value: string | undefined, variables: Variables): void {
  if (name === undefined) return;
  if (value === undefined) variables.delete(name);
  else variables.set(name, variable(value));
}

function valuesOf(words: readonly Field[], variables: Variables): readonly string[] | undefined {
  const values: string[] = [];
  for (const word of words) {
    const more = word.unknown === '' ? expand(word.text) : readSeq(word, variables);
    if (more === undefined || values.length + more.length > MOST_VALUES) return undefined;
    values.push(...more);
  }
  return values;
}

/** Fills in braces, `web{1..3}` and `{a,b}`, as bash does; `undefined` for what depends on files, and for what is too long. */
function expand(text: string): readonly string[] | undefined {
  if (/[*?[]/.test(text)) return undefined;
  const [, before, inner, after] = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(text) ?? [];
  if (inner === undefined) return [text];
  const [, first, last, step] = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(inner) ?? [];
  const rest = expand(after!);
  const own =
    first === undefined
      ? inner.includes(',')
        ? inner.split(',')
        : undefined
      : count(Number(first), Number(last), Math.abs(Number(step ?? 1)), widthOf(first, last!));
  if (own === undefined || rest === undefined) return undefined;
  const all = own.length * rest.length;
  return all > MOST_VALUES
    ? undefined
    : own.flatMap((each) => rest.map((end) => `${before}${each}${end}`));
}

/** `{01..10}` keeps the zeros in front. */
function widthOf(...written: readonly string[]): number {
  const isPadded = written.some((text) => /^-?0\d/.test(text));
  return isPadded ? Math.max(...written.map(({ length }) => length)) : 0;
}

/** The numbers from one to another, both among them. */
function count(
  first: number,
  last: number,
  step: number,
  width = 0,
): readonly string[] | undefined {
  const size = Math.floor(Math.abs(last - first) / step) + 1;
  if (step === 0 || size > MOST_VALUES) return undefined;
  const sign = last < first ? -step : step;
  return Array.from({ length: size }, (_, index) =>
    String(first + index * sign).padStart(width, '0'),
  );
}

const SEQ = /^(?:\$\(|`)\s*seq\s+(-?\d+)(?:\s+(-?\d+))?(?:\s+(-?\d+))?\s*[)`]$/;

/** `$(seq 1 3)`. @see seq(1) */
function readSeq({ text, unknown }: Field, variables: Variables): readonly string[] | undefined {
  if (text !== unknown) return undefined;
  const filled = `${text.slice(0, 2)}${fillIn(text.slice(2), variables).text}`;
  const [, ...written] = SEQ.exec(filled) ?? [];
  const numbers = written.filter((each) => each !== undefined).map(Number);
  if (numbers.length === 0) return undefined;
  const [one, two, three] = numbers as [number, number?, number?];
  const [first, step, last] = [
    two === undefined ? 1 : one,
    three === undefined ? 1 : two!,
    three ?? two ?? one,
  ];
  const isNone = step > 0 ? last < first : last > first;
  return isNone ? [] : count(first, last, Math.abs(step));
}
