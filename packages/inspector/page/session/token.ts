/** The part of `sessionStorage` that is used. */
type Keep = Pick<Storage, 'getItem' | 'setItem'>;

const KEY = 'holdfast-token';

/** The token, and what else the fragment held. */
export interface Arrival {
  readonly token: string | null;
  /** The fragment without the token, without `#`. */
  readonly fragment: string;
}

/** Takes the token out of the fragment of an address; a reload finds it where it was kept for this tab. */
export function takeToken(fragment: string, keep: Keep): Arrival {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const token = fields.get('token');
  fields.delete('token');
  if (token !== null) keep.setItem(KEY, token);
  return { token: token ?? keep.getItem(KEY), fragment: fields.toString() };
}
