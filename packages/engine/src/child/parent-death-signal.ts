import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import type { SshCommand } from './command.ts';

const SETPRIV = '/usr/bin/setpriv';

let available: boolean | undefined;

/** Whether this system can tie a child's life to its parent's. Looked up once. */
function hasParentDeathSignal(): boolean {
  available ??= process.platform === 'linux' && isRealSetpriv();
  return available;
}

/** busybox has a setpriv too, but one that does not know `--pdeathsig`. */
function isRealSetpriv(): boolean {
  try {
    return basename(realpathSync(SETPRIV)) === 'setpriv';
  } catch {
    return false;
  }
}

/**
 * Lets the system end the child when its parent dies, however that happens, SIGKILL included.
 *
 * util-linux's `setpriv` sets the signal and becomes the program: same pid, same argv, about 1 ms more. Elsewhere the
 * command stays as it is, and a SIGKILL of the supervisor leaves the child behind.
 *
 * @param options - more options for `setpriv`.
 * @see prctl(2), PR_SET_PDEATHSIG; setpriv(1).
 */
export function withParentDeathSignal(
  { file, args, survivesParent = false, deathSignal = 'TERM' }: SshCommand,
  options: readonly string[] = [],
): { file: string; args: readonly string[] } {
  if (survivesParent || !hasParentDeathSignal()) return { file, args };
  return { file: SETPRIV, args: [...options, '--pdeathsig', deathSignal, '--', file, ...args] };
}
