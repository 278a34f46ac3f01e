import { of } from 'rxjs';
import { noHeartbeat, type HeartbeatDriver } from './driver.ts';
import { createEchoDriver } from './echo.ts';
import { openFreeMonitorPort } from './free-ports.ts';
import { createLoopDriver } from './loop.ts';
import { openReadPort, type ReadPort } from './read-port.ts';

/** What the user chose with -M or AUTOSSH_PORT. */
export type MonitorChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'loop'; readonly port: number }
  | { readonly kind: 'echo'; readonly port: number; readonly echoPort: number }
  /** The loop on ports of our choice. */
  | { readonly kind: 'auto' };

/** A heartbeat over forwarded ports, and the forwards it needs. */
export interface Monitor {
  /** Asks over the ports as they are now. */
  readonly driver: HeartbeatDriver;
  /** ssh's arguments for the forwards, as they are now. */
  forwards(): readonly string[];
  /** The port whose forward is watched for being refused, if other ports could be chosen instead. */
  watchedPort(): number | undefined;
  /** Chooses other ports for the next ssh, after a forward was refused. */
  renew(): Promise<void>;
  /** Lets all ports go. */
  close(): void;
}

/** What all monitors need. */
export interface MonitorSettings {
  /** A new message for each probe. */
  readonly message: () => Buffer;
  /** How long to wait for a connection, and for each answer. */
  readonly timeoutMs: number;
}

/** How many pairs of ports are tried before the far end is believed to forbid them all. */
const MOST_RENEWALS = 5;

/**
 * Opens what the chosen heartbeat needs on this machine.
 *
 * Rejects with the system's error when the read port is taken.
 *
 * @see docs/rules.md, ARG-3 to ARG-5.
 */
export async function openMonitor(
  choice: MonitorChoice,
  settings: MonitorSettings,
): Promise<Monitor> {
  switch (choice.kind) {
    case 'none':
      return fixedMonitor(noHeartbeat, []);
    case 'echo': {
      const forward = `${choice.port}:127.0.0.1:${choice.echoPort}`;
      return fixedMonitor(createEchoDriver({ ...settings, port: choice.port }), ['-L', forward]);
    }
    case 'loop':
      return loopMonitor(await openReadPort(choice.port + 1), settings);
    case 'auto':
      return autoMonitor(await openFreeMonitorPort(), settings);
  }
}

function fixedMonitor(
  driver: HeartbeatDriver,
  forwards: readonly string[],
  close = () => undefined as void,
): Monitor {
  return {
    driver,
    forwards: () => forwards,
    watchedPort: () => undefined,
    renew: () => Promise.resolve(),
    close,
  };
}

function loopMonitor(readPort: ReadPort, settings: MonitorSettings): Monitor {
  const port = readPort.port - 1;
  const driver = createLoopDriver({ ...settings, port, readPort });
  return fixedMonitor(driver, loopForwards(port), () => readPort.close());
}

function loopForwards(port: number): readonly string[] {
  return ['-L', `${port}:127.0.0.1:${port}`, '-R', `${port}:127.0.0.1:${port + 1}`];
}

/** A loop that moves to other ports, and at last does without, when the far end refuses its forward. */
function autoMonitor(first: ReadPort, settings: MonitorSettings): Monitor {
  let loop: Monitor | undefined = loopMonitor(first, settings);
  let port = first.port - 1;
  let renewals = 0;
  return {
    driver: {
      probe: (target) =>
        loop?.driver.probe(target) ??
        of({ type: 'heartbeat.impossible', reason: 'the far end refused every port' }),
    },
    forwards: () => loop?.forwards() ?? [],
    watchedPort: () => (loop === undefined ? undefined : port),
    async renew() {
      loop?.close();
      loop = undefined;
      renewals += 1;
      if (renewals > MOST_RENEWALS) return;
      const readPort = await openFreeMonitorPort();
      port = readPort.port - 1;
      loop = loopMonitor(readPort, settings);
    },
    close: () => loop?.close(),
  };
}
