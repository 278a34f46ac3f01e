import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ThrowawayKeys } from '@holdfast/demo';

/** An account that this machine does not have, for one server. */
export interface SshdAccount {
  readonly name: string;
  readonly uid: number;
  /** By its whole path. */
  readonly shell: string;
}

/**
 * Gives a server an account: the file of accounts that its processes see is another. Returns what makes a command see it.
 *
 * The server reads authorized keys as that account, which therefore may enter the folder of the keys.
 */
export async function addAccount(
  { directory, clientKeyFile }: ThrowawayKeys,
  { name, uid, shell }: SshdAccount,
): Promise<(...command: readonly string[]) => string[]> {
  const file = join(directory, 'passwd');
  const others = await readFile('/etc/passwd', 'utf8');
  await writeFile(file, `${others}${name}:*:${uid}:${uid}::/tmp:${shell}\n`);
  await chmod(directory, 0o711);
  await chmod(`${clientKeyFile}.pub`, 0o644);
  const script = 'mount --bind "$1" /etc/passwd && shift && exec "$@"';
  return (...command) => ['unshare', '--mount', 'sh', '-c', script, 'sh', file, ...command];
}
