import type { ForwardKind } from '@holdfast/engine';

const LETTERS: Readonly<Record<ForwardKind, string>> = { local: '-L', remote: '-R', socks: '-D' };

interface WrittenForward {
  readonly kind: ForwardKind;
  readonly text: string;
}

/** A forward as ssh's command line has it: `-L 5432:db:5432`. */
export function formatForwardOption({ kind, text }: WrittenForward): string {
  return `${LETTERS[kind]} ${text}`;
}
