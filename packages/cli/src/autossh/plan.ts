import { parseMonitorPort, type AutosshEnvironment, type MonitorPort } from '@holdfast/config';
import type { AutosshRun } from './arguments.ts';
import { readSshUse, type SshUse } from './ssh-use.ts';

/** What is to be done: command line and environment together. */
export interface Plan {
  readonly env: AutosshEnvironment;
  readonly background: boolean;
  readonly monitor: MonitorPort;
  /** The program to run. */
  readonly sshPath: string;
  /** What ssh is used for. */
  readonly use: SshUse;
  /** Gives ssh's arguments, with these words put in for the heartbeat. */
  readonly sshArguments: (heartbeat: readonly string[]) => readonly string[];
  /** The gate time; -f turns the gate off since 1.4 (docs/rules.md, RUN-4). */
  readonly gateSeconds: number;
}

/** Where ssh is when AUTOSSH_PATH does not say. */
const DEFAULT_SSH = '/usr/bin/ssh';

/**
 * Puts command line and environment together. `undefined` when there is no monitor port and the rules demand one.
 *
 * Throws a SettingError for a bad -M.
 *
 * @see docs/rules.md, OPT-5, OPT-8 and ARG-6.
 */
export function makePlan(env: AutosshEnvironment, run: AutosshRun): Plan | undefined {
  const monitor = chooseMonitor(env, run);
  if (monitor === undefined) return undefined;
  const place = env.monitor === undefined ? run.monitorPlace : 0;
  return {
    env,
    monitor,
    background: run.background,
    sshPath: env.sshPath ?? DEFAULT_SSH,
    use: readSshUse(run.sshArguments, env.rules),
    sshArguments: (heartbeat) => [
      ...run.sshArguments.slice(0, place),
      ...heartbeat,
      ...run.sshArguments.slice(place),
    ],
    gateSeconds: run.background && env.rules !== 'autossh-1.3' ? 0 : env.gateSeconds,
  };
}

/** AUTOSSH_PORT over -M; with neither, `classic` asks over a control socket, which needs no port. */
function chooseMonitor(env: AutosshEnvironment, run: AutosshRun): MonitorPort | undefined {
  if (env.monitor !== undefined) return env.monitor;
  if (run.monitor !== undefined) return parseMonitorPort(run.monitor, '-M');
  return env.rules === 'classic' ? { kind: 'auto' } : undefined;
}
