/** What reading a text gave: a value, or what was wrong with the text and, where it can be guessed, what was meant. */
export type Reading<TValue> =
  { readonly value: TValue } | { readonly wrong: string; readonly nearest?: string };
