import type { Forward, ForwardKind } from './forward.ts';

/** ssh's own option for each kind of forward. */
const OPTION_OF: Readonly<Record<ForwardKind, string>> = {
  local: '-L',
  remote: '-R',
  socks: '-D',
};

/** A forward as two arguments of ssh's: `-L` and `5432:db:5432`. */
export function forwardArguments({ kind, text }: Forward): readonly [string, string] {
  return [OPTION_OF[kind], text];
}

/** A forward as ssh's command line has it: `-L 5432:db:5432`. */
export function formatForward({ kind, text }: Pick<Forward, 'kind' | 'text'>): string {
  return `${OPTION_OF[kind]} ${text}`;
}
