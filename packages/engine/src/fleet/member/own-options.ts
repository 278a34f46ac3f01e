import { readSshOptions, settingOfOption, type SshOption } from '../../ssh-options/read-options.ts';
import type { AddressFamily } from '../../listeners/listen-places.ts';
import { LETTERS_WITHOUT_ARGUMENT } from '../../ssh-options/option-letters.ts';

/**
 * Whether the user's own options say where ssh's control socket is, or that there is none. They win, and Holdfast then cannot ask
 * through it.
 *
 * @see ssh(1), SYNOPSIS.
 */
export function ownsControlPath(options: readonly string[]): boolean {
  return readSshOptions(options).some(setsControlSocket);
}

/** Whether the user's own options have a path for the control socket: a second one would override it. */
export function namesControlPath(options: readonly string[]): boolean {
  return readSshOptions(options).some(setsControlPath);
}

/**
 * Whether one option takes the control socket away.
 *
 * @internal For the packages of Holdfast.
 */
export function setsControlSocket(option: SshOption): boolean {
  const isMaster = option.letter === 'M' || settingOfOption(option)?.keyword === 'controlmaster';
  return isMaster || setsControlPath(option);
}

function setsControlPath(option: SshOption): boolean {
  return option.letter === 'S' || settingOfOption(option)?.keyword === 'controlpath';
}

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
