import { statSync } from 'node:fs';
import { findProgram } from '../child/find-program.ts';
import { knownSshOptions } from '../child/ssh-program.ts';

/** Since OpenSSH 8.7. */
const OPTION = 'ForkAfterAuthentication';

const NONE: readonly string[] = [];
const NO: readonly string[] = [`${OPTION}=no`];

interface Seen {
  readonly stamp: string;
  readonly settings: readonly string[];
}

const seen = new Map<string, Seen>();

/**
 * What keeps an ssh in the foreground whatever ssh_config says: only for one that knows the option, since another would end at once. Looked
 * up once for each program; an update of it counts.
 *
 * @see docs/decisions/0011-ssh-config-under-a-supervisor.md
 */
export function foregroundSettings(
  ssh: string,
  env: NodeJS.ProcessEnv | undefined,
): readonly string[] {
  const found = findProgram(ssh, env?.['PATH']);
  if ('problem' in found) return NONE;
  const stats = statSync(found.path, { throwIfNoEntry: false });
  const stamp = `${stats?.ino} ${stats?.size} ${stats?.mtimeMs}`;
  const before = seen.get(found.path);
  if (before?.stamp === stamp) return before.settings;
  const keyword = OPTION.toLowerCase();
  const settings = knownSshOptions(found.path, [keyword])?.has(keyword) ? NO : NONE;
  seen.set(found.path, { stamp, settings });
  return settings;
}
