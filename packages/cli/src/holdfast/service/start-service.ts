import type { Starting } from '../client/start-supervisor.ts';
import { systemdOf } from './systemctl.ts';
import { runsConfig } from './systemd-unit.ts';
import { readUnit, USER_UNIT, userUnitFile } from './unit-file.ts';

/**
 * Starts the supervisor as the service that `holdfast service install` has made for this tunnels file; resolves to whether there is one, and
 * it runs. A supervisor of its own beside it would be in the way of the next boot.
 *
 * Where this user's systemd cannot be reached, as in a crontab, it is left to the caller.
 */
export async function startService({
  config,
  env,
}: Pick<Starting, 'config' | 'env'>): Promise<boolean> {
  const unit = readUnit(userUnitFile(env));
  if (unit === undefined || !runsConfig(unit, config)) return false;
  return await systemdOf('user', env)
    .run('start', USER_UNIT)
    .then(
      () => true,
      () => false,
    );
}
