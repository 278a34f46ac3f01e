import type { Forward } from '../forward/forward.ts';
import type { Doubt } from './answers.ts';
import { LOOPBACK } from './connection.ts';
import { noHeartbeat, type HeartbeatDriver } from './driver.ts';
import { createEchoDriver } from './echo.ts';
import { createLoopDriver } from './loop.ts';
import { openFreeMonitorPort, openReadPort, type ReadPort } from './read-port.ts';

/** A heartbeat over a forwarded port, as -M or AUTOSSH_PORT choose it, or none. */
export type MonitorChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'loop'; readonly port: number | 'free' }
  | { readonly kind: 'echo'; readonly port: number; readonly echoPort: number };

/** A heartbeat over forwarded ports, and the forwards it needs. */
export interface Monitor {
  /** Asks over the ports. */
  readonly driver: HeartbeatDriver;
  /** The forwards that ssh is to have for it. */
  readonly forwards: readonly Forward[];
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
      const { port, echoPort } = choice;
      const forward = forwardOver('local', port, echoPort);
      return fixedMonitor(createEchoDriver({ ...settings, port }), [forward]);
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
  forwards: readonly Forward[],
  close = () => undefined as void,
): Monitor {
  return { driver, forwards, close };
}

function loopMonitor(readPort: ReadPort, settings: MonitorSettings): Monitor {
  const port = readPort.port - 1;
  const driver = createLoopDriver({ ...settings, port, readPort });
  const forwards = [forwardOver('local', port, port), forwardOver('remote', port, port + 1)];
  return fixedMonitor(driver, forwards, () => readPort.close());
}

/** A forward from a port to one of 127.0.0.1, on the other side. */
function forwardOver(kind: 'local' | 'remote', port: number, targetPort: number): Forward {
  return {
    kind,
    text: `${port}:${LOOPBACK}:${targetPort}`,
    listen: { kind: 'tcp', address: undefined, port },
    target: { kind: 'tcp', host: LOOPBACK, port: targetPort },
  };
}
