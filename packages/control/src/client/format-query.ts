/** The parameters as the end of a path; those that are `undefined` are left out. */
export function formatQuery(
  names: readonly string[],
  more: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const query = new URLSearchParams();
  for (const name of names) query.append('name', name);
  for (const [key, value] of Object.entries(more)) {
    if (value !== undefined) query.set(key, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
