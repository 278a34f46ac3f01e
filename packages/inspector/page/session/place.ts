/** Where the page stands: in the fragment of its address, so that it can be sent to somebody and the Back button works. */
export interface Place {
  /** The tunnel that is looked at. */
  readonly tunnel: string | null;
  /** The moment that is looked at, in milliseconds since 1970; `null`: now. */
  readonly atMs: number | null;
}

/** Reads a fragment, with or without `#`; what makes no sense is passed over. */
export function readPlace(fragment: string): Place {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const at = Date.parse(fields.get('at') ?? '');
  const tunnel = fields.get('tunnel');
  return { tunnel: tunnel === '' ? null : tunnel, atMs: Number.isNaN(at) ? null : at };
}

/** The fragment of a place, with `#`. */
export function writePlace({ tunnel, atMs }: Place): string {
  if (tunnel === null) return '#';
  const name = `#tunnel=${encodeURIComponent(tunnel)}`;
  return atMs === null ? name : `${name}&at=${new Date(atMs).toISOString()}`;
}
