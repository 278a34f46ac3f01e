/** What kind of thing is wrong with a file of tunnels. */
export type LocatedErrorCode =
  | 'syntax'
  | 'unknown-key'
  | 'missing-key'
  | 'invalid-value'
  | 'invalid-name'
  | 'unknown-tunnel'
  | 'endless-wait'
  | 'listens-twice'
  | 'unknown-forward';

/** Something wrong in a file of tunnels: where, what, and what would be right. */
export interface LocatedError {
  readonly code: LocatedErrorCode;
  /** The name of the file as the caller gave it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units, as editors count. */
  readonly column: number;
  /** How far the marked text goes, on this line; at least 1. */
  readonly length: number;
  /** The key as TOML writes it, such as `tunnels.db.after[0]`; empty for a syntax error. */
  readonly key: string;
  /** What was wrong, with the value. */
  readonly wrong: string;
  /** What is allowed there; empty where the syntax is broken. */
  readonly allowed: string;
  /** What was probably meant. */
  readonly nearest?: string;
}

/** The error in one sentence, lower case, with what is allowed. */
export function errorSentence({ wrong, allowed }: Pick<LocatedError, 'wrong' | 'allowed'>): string {
  return allowed === '' ? wrong : `${wrong}: ${allowed}`;
}
