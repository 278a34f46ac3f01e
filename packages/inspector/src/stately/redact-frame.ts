/** What stands in place of what nobody else should read. */
export const REDACTED = '[redacted]';

/**
 * Fields whose values stay here: what ssh and servers wrote, and what programs are started with. Sentences and remedies of
 * failures quote ssh, and can name key files.
 */
const PRIVATE_FIELDS = new Set(
  (
    'line lines reason remedy sentence stderr stdout message stack ' +
    'args arguments options command key keys path file'
  ).split(' '),
);

/** A field with one of these words in its name is private too, such as `identityFile` or `SSH_AUTH_TOKEN`. */
const PRIVATE_WORDS = new Set(
  (
    'env environment argv identity passphrase password secret secrets token credential credentials ' +
    'authorization cookie'
  ).split(' '),
);

/** `identityFile`, `identity_file` and `IDENTITY-FILE` are the same words. */
function wordsOf(field: string): readonly string[] {
  return field
    .replaceAll(/([a-z\d])([A-Z])/gu, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/u);
}

function saysPrivate(field: string): boolean {
  return (
    PRIVATE_FIELDS.has(field.toLowerCase()) ||
    wordsOf(field).some((word) => PRIVATE_WORDS.has(word))
  );
}

/** The same few names come with each event; whoever has names without end has only some of them kept. */
const judged = new Map<string, boolean>();
const MOST_JUDGED = 1000;

function isPrivate(field: string): boolean {
  const known = judged.get(field);
  if (known !== undefined) return known;
  if (judged.size >= MOST_JUDGED) judged.clear();
  const verdict = saysPrivate(field);
  judged.set(field, verdict);
  return verdict;
}

function redactField(field: string, value: unknown): unknown {
  // That there is one, or none, tells no secret.
  const tells = typeof value !== 'boolean' && value !== null && value !== undefined;
  return tells && isPrivate(field) ? REDACTED : redactValue(value);
}

/**
 * Plain data without the values of fields whose names say that they are private: `[redacted]` stands there. All else stays.
 *
 * Also for `sanitizeContext` and `sanitizeEvent` of `@statelyai/inspect`, where a context is plain data: that of a tunnel is.
 */
export function redactFrame<TValue>(value: TValue): TValue {
  return redactValue(value) as TValue;
}

function redactValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value);
  for (const entry of fields) entry[1] = redactField(...entry);
  return Object.fromEntries(fields);
}
