import type { KeyPath } from './key-positions.ts';
import type { LocatedErrorCode } from './located-error.ts';

/** An error whose place is still a path into the document. */
export interface Finding {
  readonly code: Exclude<LocatedErrorCode, 'syntax'>;
  readonly path: KeyPath;
  /** What is to be marked: the key or its value. */
  readonly part: 'key' | 'value';
  readonly wrong: string;
  readonly allowed: string;
  readonly nearest?: string | undefined;
}
