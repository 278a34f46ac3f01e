import type { SshCommand } from '../child/command.ts';
import type { HeartbeatDriver } from './driver.ts';
import type { Monitor } from './monitor.ts';

/** What a tunnel with a monitor is supervised with. */
export interface MonitoredCommand {
  /** Asks over the forwards of the ssh that runs. */
  readonly heartbeat: HeartbeatDriver;
  /** To be asked before each start: waits for other ports if the last were refused. */
  readonly command: () => SshCommand | Promise<SshCommand>;
  /** To be called when a forward of the monitor was refused. */
  readonly onForwardRefused: () => void;
}

/**
 * Ties a monitor to a command: every start gets the monitor's forwards as they are then, and a refused forward makes the monitor choose
 * other ports before the next start.
 */
export function monitoredCommand(
  monitor: Monitor,
  makeCommand: (forwards: readonly string[]) => SshCommand,
): MonitoredCommand {
  let renewal: Promise<void> | undefined;
  const command = (): SshCommand => ({
    ...makeCommand(monitor.forwards()),
    watchedPort: monitor.watchedPort(),
  });
  return {
    heartbeat: monitor.driver,
    command: () => (renewal === undefined ? command() : renewal.then(command)),
    onForwardRefused: () => {
      renewal = monitor.renew();
      // A failure is for the next start to tell.
      renewal.catch(() => undefined);
    },
  };
}
