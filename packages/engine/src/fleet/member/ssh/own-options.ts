import { readSshWords, type SshOption } from '../../../ssh-options/read-words.ts';
import { settingOfOption } from '../../../ssh-options/settings.ts';
import type { AddressFamily } from '../../../listeners/listen-places.ts';

/**
 * Whether the user's own options say where ssh's control socket is, or that there is none. They win, and Holdfast then cannot ask
 * through it.
 *
 * @see ssh(1), SYNOPSIS.
 */
export function ownsControlPath(options: readonly string[]): boolean {
  return readSshWords(options).options.some(setsControlSocket);
}

/** Whether the user's own options have a path for the control socket: a second one would override it. */
export function namesControlPath(options: readonly string[]): boolean {
  return readSshWords(options).options.some(setsControlPath);
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

/**
 * Which addresses a tunnel's own options leave to ssh; what ssh_config says about that is not known here.
 *
 * `-4` and `-6` win over `-o`, wherever they stand, and of two the last. Of two settings the first wins.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/ssh.c `main()`
 */
export function ownAddressFamily(words: readonly string[]): AddressFamily {
  const { options } = readSshWords(words);
  const flag = options.findLast(({ letter }) => letter === '4' || letter === '6');
  if (flag !== undefined) return flag.letter === '4' ? 'inet' : 'inet6';
  const settings = options.map(settingOfOption);
  const setting = settings.find((each) => each?.keyword === 'addressfamily');
  const family = setting?.value.toLowerCase();
  return family === 'inet' || family === 'inet6' ? family : 'any';
}
