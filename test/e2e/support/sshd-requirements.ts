import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { missingPart } from './missing-part.ts';

/** Where OpenSSH's server lives; it must be started by its whole path. */
export const SSHD = '/usr/sbin/sshd';

/**
 * Says what is missing to run OpenSSH's server in a network namespace, or undefined when all is there.
 *
 * To be given to `describe.skipIf`; a missing part throws where `CI` is `true`.
 */
export function sshdAvailable(): string | undefined {
  return missingPart(findMissing());
}

function findMissing(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root: run the tests as root';
  if (!existsSync(SSHD)) return `no ${SSHD}: install openssh-server`;
  if (!succeeds('ip', '-V')) return 'no ip command: install iproute2';
  if (!succeeds('unshare', '--net', 'true')) {
    return 'no network namespaces here: run with the capability CAP_SYS_ADMIN';
  }
  return undefined;
}

function succeeds(program: string, ...words: readonly string[]): boolean {
  return spawnSync(program, words, { stdio: 'ignore' }).status === 0;
}
