import { readSshOptions, settingOfOption, type SshOption } from '../ssh-options/read-options.ts';

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
