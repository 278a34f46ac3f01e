import {
  createTunnel,
  heartbeatMessage,
  openMonitor,
  type Monitor,
  type RunningTunnel,
  type SshCommand,
} from '@holdfast/engine';
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
  const monitor = await openMonitor(
    { kind: 'auto' },
    {
      message: () => heartbeatMessage({ program: 'holdfast-demo', appendix: undefined }),
      timeoutMs: networkTimeoutMs(SETTINGS.pollSeconds),
    },
  );
  let moved = Promise.resolve();
  const tunnel = createTunnel({
    ...SETTINGS,
    command: async () => {
      await moved;
      return sshCommand(stage, monitor, port);
    },
    heartbeat: monitor.driver,
  });
  // Far away, the silent connection may still hold its port of the loop: the next ssh is given others.
  tunnel.fact$.subscribe((fact) => {
    if (fact.type === 'stop.began' && fact.reason === 'heartbeat-missed') moved = monitor.renew();
  });
  return {
    tunnel,
    port,
    async close() {
      await tunnel.stop();
      monitor.close();
    },
  };
}

function sshCommand(stage: Stage, monitor: Monitor, port: number): SshCommand {
  const forward = ['-N', '-L', `${port}:127.0.0.1:${ECHO_PORT}`];
  const args = [...SILENT, ...monitor.forwards(), ...forward, ...stage.sshArguments()];
  return { file: 'ssh', args };
}
