import { createTunnel, type RunningTunnel, type SshCommand } from '@holdfast/engine';
import {
  forwardArguments,
  heartbeatMessage,
  openMonitor,
  type Monitor,
} from '@holdfast/engine/parts';
import { networkTimeoutMs } from '@holdfast/machines';
import { findFreePort } from './free-port.ts';
import { ECHO_PORT, type Stage } from './stage.ts';

/** The times of the demo: the shortest poll time there is, so that a silent line is found within two seconds. */
const SETTINGS = {
  name: 'demo',
  gateSeconds: 0.5,
  pollSeconds: 1,
  firstPollSeconds: 2,
  termGraceSeconds: 1,
  killGraceSeconds: 1,
} as const;

const MONITOR = {
  message: () => heartbeatMessage({ program: 'holdfast-demo', appendix: undefined }),
  timeoutMs: networkTimeoutMs(SETTINGS.pollSeconds),
};

// The scenes break connections on purpose, and ssh would complain about each on this terminal.
const SILENT = ['-o', 'LogLevel=QUIET', '-o', 'BatchMode=yes'];

/** A tunnel to the echo service. */
export interface DemoTunnel {
  readonly tunnel: RunningTunnel;
  /** The forwarded port: what is sent there comes back. */
  readonly port: number;
  /** Ends ssh and the tunnel. */
  close(): Promise<void>;
}

/** Starts the tunnel: the real ssh, with a heartbeat round a loop of two forwards. */
export async function openDemoTunnel(stage: Stage): Promise<DemoTunnel> {
  const port = await findFreePort();
  let monitor: Monitor | undefined;
  const tunnel = createTunnel({
    ...SETTINGS,
    // New ports for each ssh: far away, a silent connection may still hold those of the last.
    command: async () => {
      monitor?.close();
      monitor = await openMonitor({ kind: 'loop', port: 'free' }, MONITOR);
      return sshCommand(stage, monitor, port);
    },
    heartbeat: { probe: (target) => monitor!.driver.probe(target) },
  });
  return {
    tunnel,
    port,
    async close() {
      await tunnel.stop();
      monitor?.close();
    },
  };
}

function sshCommand(stage: Stage, monitor: Monitor, port: number): SshCommand {
  const forward = ['-N', '-L', `${port}:127.0.0.1:${ECHO_PORT}`];
  const args = [
    ...SILENT,
    ...monitor.forwards.flatMap(forwardArguments),
    ...forward,
    ...stage.sshArguments(),
  ];
  return { file: 'ssh', args };
}
