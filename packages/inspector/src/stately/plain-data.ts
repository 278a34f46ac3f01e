/** How values become plain data. */
export interface PlainDataRules {
  /** How many objects and arrays may stand inside each other before the inner ones become `[Object]` and `[Array]`. */
  readonly depthLimit: number;
  /** Whether a function becomes `{ type: NAME }`, or is left out as JSON does. */
  readonly namesFunctions: boolean;
}

/** What is left of a value that throws when it is read. */
const UNREADABLE = '[Unreadable]';

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What JSON would take for the value, by its own `toJSON`. */
function asJson(value: unknown, key: string): unknown {
  if (!isObject(value) || !('toJSON' in value) || typeof value.toJSON !== 'function') return value;
  return value.toJSON(key);
}

function primitive(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      // Minus zero has no text of its own in JSON.
      return Number.isFinite(value) ? value + 0 : null;
    case 'bigint':
      return Number(value);
    case 'string':
    case 'boolean':
      return value;
    default:
      return value === null ? null : undefined;
  }
}

function plainArray(values: readonly unknown[], rules: PlainDataRules, around: object[]) {
  // Not `map`, which passes over what was never set.
  return Array.from(values, (_, index) => property(values, String(index), rules, around) ?? null);
}

function plainObject(value: object, rules: PlainDataRules, around: object[]) {
  const plainOnes: [string, unknown][] = [];
  // Stately's producer sorts keys, so that the same state is the same text.
  for (const key of Object.keys(value).sort()) {
    const inner = property(value, key, rules, around);
    if (inner !== undefined) plainOnes.push([key, inner]);
  }
  return Object.fromEntries(plainOnes);
}

function isEmpty(value: object): boolean {
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}

function container(value: object, rules: PlainDataRules, around: object[]): unknown {
  if (around.includes(value)) return '[Circular]';
  const isArray = Array.isArray(value);
  if (isEmpty(value)) return isArray ? [] : {};
  if (around.length >= rules.depthLimit) return isArray ? '[Array]' : '[Object]';
  around.push(value);
  try {
    return isArray ? plainArray(value, rules, around) : plainObject(value, rules, around);
  } finally {
    around.pop();
  }
}

function plain(value: unknown, key: string, rules: PlainDataRules, around: object[]): unknown {
  let json = asJson(value, key);
  if (typeof json === 'function' && rules.namesFunctions) json = { type: json.name };
  return isObject(json) ? container(json, rules, around) : primitive(json);
}

/** An inspector must not bring down what it looks at, whatever a getter throws. */
function property(holder: object, key: string, rules: PlainDataRules, around: object[]): unknown {
  try {
    return plain((holder as Record<string, unknown>)[key], key, rules, around);
  } catch {
    return UNREADABLE;
  }
}

/**
 * A value as data that survives JSON: keys sorted, circles and depths cut off, nothing thrown.
 *
 * The result is what `@statelyai/inspect` 0.7 makes of the same value with `safe-stable-stringify`.
 */
export function plainData(value: unknown, rules: PlainDataRules): unknown {
  return property({ '': value }, '', rules, []);
}
