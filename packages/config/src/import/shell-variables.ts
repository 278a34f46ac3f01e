import { variable, type Field, type Variables } from './shell-words.ts';

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
