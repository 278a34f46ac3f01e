import type { AddressFamily } from '../listeners/listen-places.ts';
import { LETTERS_WITHOUT_ARGUMENT } from '../ssh-options/option-letters.ts';

const FLAGS = `[${LETTERS_WITHOUT_ARGUMENT}]*`;

/** `-4`, `-N6`. */
const FLAG = new RegExp(`^-${FLAGS}?([46])`);

/** `-o` with what is joined to it. */
const OPTION = new RegExp(`^-${FLAGS}o(.*)$`, 's');

const ADDRESS_FAMILY = /^\s*"?addressfamily"?(?:\s*=\s*|\s+)"?(inet6?)\b/i;

/** Which addresses a tunnel's own options leave to ssh; what ssh_config says about that is not known here. */
export function ownAddressFamily(options: readonly string[]): AddressFamily {
  const found = options.map((word, index) => {
    const flag = FLAG.exec(word)?.[1];
    if (flag !== undefined) return flag === '4' ? 'inet' : 'inet6';
    const joined = OPTION.exec(word)?.[1];
    const setting = joined === '' ? options[index + 1] : joined;
    return ADDRESS_FAMILY.exec(setting ?? '')?.[1]?.toLowerCase();
  });
  // -4 and -6 win over -o, wherever they stand; of two of one kind they disagree about the order, and nobody writes that.
  return (found.find((each) => each !== undefined) as AddressFamily | undefined) ?? 'any';
}
