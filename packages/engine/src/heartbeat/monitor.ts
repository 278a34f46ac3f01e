import type { Doubt } from './answers.ts';
import { noHeartbeat, type HeartbeatDriver } from './driver.ts';
import { createEchoDriver } from './echo.ts';
import { openFreeMonitorPort } from './read-port.ts';
import { createLoopDriver } from './loop.ts';
import { openReadPort, type ReadPort } from './read-port.ts';

/** A heartbeat over a forwarded port, as -M or AUTOSSH_PORT choose it, or none. */
export type MonitorChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'loop'; readonly port: number | 'free' }
  | { readonly kind: 'echo'; readonly port: number; readonly echoPort: number };

/** A heartbeat over forwarded ports, and the forwards it needs. */
export interface Monitor {
  /** Asks over the ports. */
  readonly driver: HeartbeatDriver;
  /** ssh's arguments for the forwards. */
  readonly forwards: readonly string[];
  /** Lets all ports go. */
  close(): void;
}

/** What all monitors need. */
export interface MonitorSettings extends Doubt {
  /** A new message for each probe. */
  readonly message: () => Buffer;
  /** How long to wait for a connection, and for each answer. */
  readonly timeoutMs: number;
}

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
    case 'loop': {
      const { port } = choice;
      const opening = port === 'free' ? openFreeMonitorPort() : openReadPort(port + 1);
      return loopMonitor(await opening, settings);
    }
  }
}

function fixedMonitor(
  driver: HeartbeatDriver,
  forwards: readonly string[],
  close = () => undefined as void,
): Monitor {
  return { driver, forwards, close };
}

function loopMonitor(readPort: ReadPort, settings: MonitorSettings): Monitor {
  const port = readPort.port - 1;
  const driver = createLoopDriver({ ...settings, port, readPort });
  return fixedMonitor(driver, loopForwards(port), () => readPort.close());
}

function loopForwards(port: number): readonly string[] {
  return ['-L', `${port}:127.0.0.1:${port}`, '-R', `${port}:127.0.0.1:${port + 1}`];
}
