import { userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * A path of ssh's settings as a path of this machine; `undefined` if only ssh knows what its tokens and variables become.
 *
 * As ssh, the home directory is that of the user database, not of HOME.
 *
 * @see ssh_config(5), "TOKENS".
 */
export function expandPath(written: string): string | undefined {
  const path = written.replaceAll('%%', '\0').replaceAll('%d', userInfo().homedir);
  if (path.includes('%') || path.includes('${')) return undefined;
  const plain = path.replaceAll('\0', '%');
  return plain.startsWith('~/') ? join(userInfo().homedir, plain.slice(2)) : plain;
}
