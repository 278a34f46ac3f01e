import { systemErrorText } from '@holdfast/engine/parts';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { CommandError } from '../command-line/command-error.ts';
import type { Environment } from '../context.ts';

/** The unit of a user's own systemd. */
export const USER_UNIT = 'holdfast.service';

/** The unit of the system for the tunnels of a user: there may be one for each. */
export function systemUnit(user: string): string {
  return `holdfast-${user}.service`;
}

/** @see systemd.unit(5), "Unit File Load Path" */
export function userUnitFile(env: Environment): string {
  const config = env['XDG_CONFIG_HOME'] || join(env['HOME'] || userInfo().homedir, '.config');
  return join(config, 'systemd/user', USER_UNIT);
}

export function systemUnitFile(user: string): string {
  return join('/etc/systemd/system', systemUnit(user));
}

/** The unit that is installed; `undefined`: none can be read. */
export function readUnit(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Writes a unit; tells whether it is another than before. */
export function writeUnit(file: string, text: string, tellOld: (path: string) => void): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    if (before === text) return false;
    if (before !== undefined) {
      renameSync(file, `${file}.old`);
      tellOld(`${file}.old`);
    }
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
    return true;
  } catch (error) {
    throw new CommandError('failed', `${file} cannot be written: ${systemErrorText(error)}`);
  }
}

/** Removes a unit. */
export function removeUnit(file: string): void {
  try {
    rmSync(file);
  } catch (error) {
    throw new CommandError('failed', `${file} cannot be removed: ${systemErrorText(error)}`);
  }
}
