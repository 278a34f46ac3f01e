/** A word as a shell would hand it on. */
export interface Field {
  readonly text: string;
  /** What in it nobody knows who does not run the script, as it is written there; empty: nothing. */
  readonly unknown: string;
}

/** A variable: one field, or the elements of an array. */
export interface Variable {
  readonly fields: readonly Field[];
  readonly isList: boolean;
}

/** The variables of a script, as they are at one line of it. */
export type Variables = Map<string, Variable>;

/** What is put together from itself again and again grows without end. */
const LONGEST_VALUE = 10_000;

export function variable(text: string, unknown = ''): Variable {
  if (text.length <= LONGEST_VALUE) return { fields: [{ text, unknown }], isList: false };
  return { fields: [{ text: '$_', unknown: 'a value that is very long' }], isList: false };
}

/** The elements of an array. */
export function listVariable(fields: readonly Field[]): Variable {
  const length = fields.reduce((sum, { text }) => sum + text.length + 1, 0);
  return length <= LONGEST_VALUE ? { fields, isList: true } : variable('x'.repeat(length));
}

/** The variables that have one known value, by name. */
export function knownValues(variables: Variables): Readonly<Record<string, string>> {
  const known = [...variables].flatMap(([name, { fields, isList }]) => {
    const [field] = fields;
    return isList || field === undefined || field.unknown !== '' ? [] : [[name, field.text]];
  });
  return Object.fromEntries(known) as Record<string, string>;
}

/** Where a command stands in its script. */
export interface Place {
  /** The variables that have more than one value, and which of them counts is not known. */
  readonly changed: Set<string>;
  /** How many conditions and loops are around it. */
  readonly depth: number;
}

/** Does what a command does to variables; `false` if it does something else. */
export function changeVariables(
  fields: readonly Field[],
  variables: Variables,
  place: Place,
): boolean {
  const [first, ...rest] = fields;
  if (first === undefined) return true;
  const word = first.text;
  if (word === 'for' || word === 'select') {
    const name = rest[0]?.text;
    if (name !== undefined) variables.delete(name);
    return true;
  }
  if (word === 'read' || word === 'unset' || word === 'getopts') {
    for (const { text } of rest) variables.delete(text);
    return true;
  }
  const isDeclared = /^(?:export|local|readonly|declare|typeset)$/.test(word);
  const assignments = isDeclared ? rest.filter(({ text }) => !text.startsWith('-')) : fields;
  if (!isDeclared && !assignments.every(({ text }) => ASSIGNMENT.test(text))) return false;
  for (const each of assignments) assign(each, variables, place);
  return true;
}

const ASSIGNMENT = /^([A-Za-z_]\w*)(\+?)=(.*)$/s;

function assign({ text, unknown }: Field, variables: Variables, { changed, depth }: Place): void {
  const [, name, plus, value] = ASSIGNMENT.exec(text) ?? [];
  if (name === undefined) return;
  const before = variables.get(name);
  if (plus === '+' && before !== undefined) {
    const [field] = before.fields;
    const whole = (field?.text ?? '') + value!;
    variables.set(name, variable(whole, field?.unknown || unknown));
    return;
  }
  if (depth > 0 && before !== undefined && before.fields[0]?.text !== value) changed.add(name);
  else changed.delete(name);
  variables.set(name, variable(value!, unknown));
}

const NUMBER = /^(?:0|[1-9]\d{0,8})$/;

/**
 * What `$((8000 + port))` comes to: sums and products of known numbers; `undefined` for all else.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_06_04
 */
export function arithmetic(written: string, variables: Variables): string | undefined {
  const [, expression] = /^\$\(\(([^()]+)\)\)$/.exec(written) ?? [];
  if (expression === undefined) return undefined;
  const terms = expression.replaceAll(/\s+/g, '').match(/(?:^|[+-])[^+-]+/g) ?? [];
  if (terms.join('') !== expression.replaceAll(/\s+/g, '')) return undefined;
  let sum = 0;
  for (const term of terms) {
    const [, sign, product] = /^([+-]?)(.+)$/.exec(term)!;
    const value = multiply(product!, variables);
    sum += sign === '-' ? -value : value;
  }
  return Number.isSafeInteger(sum) ? String(sum) : undefined;
}

/** `NaN` if a factor is not known. */
function multiply(product: string, variables: Variables): number {
  return product.split('*').reduce((value, factor) => value * valueOf(factor, variables), 1);
}

function valueOf(factor: string, variables: Variables): number {
  const [, name] = /^\$?\{?([A-Za-z_]\w*)\}?$/.exec(factor) ?? [];
  const [field] = (name === undefined ? undefined : variables.get(name)?.fields) ?? [];
  const text = name === undefined ? factor : field?.unknown === '' ? field.text : '';
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}
