import type { ForwardKind } from '@holdfast/engine';

const LETTERS: Readonly<Record<ForwardKind, string>> = { local: '-L', remote: '-R', socks: '-D' };

interface WrittenForward {
  readonly kind: ForwardKind;
  readonly text: string;
  /** What the server chose where the text says 0. */
  readonly port?: number;
}

/** The listen port 0, with an address before it or none: the first that could be one. */
const PORT_ZERO = /^((?:\[[^\]]*\]|[^:[]*):)??0(?=:|$)/;

/** A forward as ssh's command line has it: `-L 5432:db:5432`, and `-R 0 (38347):web:80` once the server has chosen. */
export function formatForwardOption({ kind, text, port }: WrittenForward): string {
  const shown =
    port === undefined
      ? text
      : text.replace(PORT_ZERO, (_, address: string = '') => `${address}0 (${port})`);
  return `${LETTERS[kind]} ${shown}`;
}
