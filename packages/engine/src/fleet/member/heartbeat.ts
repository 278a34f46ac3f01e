import type { FailureReport } from '@holdfast/machines';
import type { Forward } from '../../forward/forward.ts';
import { createCustomDriver } from '../../heartbeat/custom.ts';
import { noHeartbeat, type HeartbeatDriver } from '../../heartbeat/driver.ts';
import { openFreeMonitorPort } from '../../heartbeat/read-port.ts';
import { heartbeatMessage } from '../../heartbeat/message.ts';
import { openMonitor, type Monitor, type MonitorChoice } from '../../heartbeat/monitor.ts';
import { createMuxDriver } from '../../heartbeat/mux.ts';
import { ECHO_PORT, heartbeatTraits } from './heartbeat-kinds.ts';
import type { ManagedSpec } from '../fleet-tunnel.ts';

/** The heartbeat of a managed tunnel, and what each of its ssh needs for it. */
export interface ManagedHeartbeat {
  readonly driver: HeartbeatDriver;
  /** Asked before each start: the forwards that this heartbeat needs. */
  readonly renew: () => readonly Forward[] | Promise<readonly Forward[]>;
  /** What it may lack when it was never answered; `undefined` where nothing is known. */
  readonly lack: FailureReport | undefined;
  /** Closes what it holds open; absent where that is nothing. */
  readonly close?: () => void;
}

/** As long as a probe may take when no rule says so. */
const TIMEOUT_MS = 3000;

/** Makes the heartbeat of a tunnel. */
export function createManagedHeartbeat(
  heartbeat: ManagedSpec['heartbeat'],
  place: HeartbeatPlace,
): ManagedHeartbeat {
  return { ...askedAs(heartbeat, place), lack: heartbeatTraits(heartbeat).lack };
}

/** Where the ssh of now can be asked. */
interface HeartbeatPlace {
  readonly controlPath: string;
}

type Asker = Omit<ManagedHeartbeat, 'lack'>;

function askedAs(heartbeat: ManagedSpec['heartbeat'], place: HeartbeatPlace): Asker {
  if (typeof heartbeat === 'object') return withoutForwards(createCustomDriver(heartbeat));
  switch (heartbeat) {
    case 'none':
      return withoutForwards(noHeartbeat);
    case 'mux':
      return withoutForwards(
        createMuxDriver({
          get controlPath() {
            return place.controlPath;
          },
          timeoutMs: TIMEOUT_MS,
          connection: 'kept',
        }),
      );
    case 'loop':
      return overForwards(() => Promise.resolve({ kind: 'loop', port: 'free' }));
    case 'echo':
      return overForwards(async () => ({
        kind: 'echo',
        port: await freePort(),
        echoPort: ECHO_PORT,
      }));
  }
}

function withoutForwards(driver: HeartbeatDriver): Asker {
  return { driver, renew: noForwards };
}

const noForwards = () => [];

/** A heartbeat over ports of its own: new ones for each ssh, since the last may be held by then. */
function overForwards(choose: () => Promise<MonitorChoice>): Asker {
  let monitor: Monitor | undefined;
  return {
    driver: { probe: (target) => (monitor?.driver ?? noHeartbeat).probe(target) },
    async renew() {
      monitor?.close();
      const message = () => heartbeatMessage({ program: 'holdfast', appendix: undefined });
      monitor = await openMonitor(await choose(), { message, timeoutMs: TIMEOUT_MS });
      return monitor.forwards;
    },
    close: () => monitor?.close(),
  };
}

async function freePort(): Promise<number> {
  const readPort = await openFreeMonitorPort();
  readPort.close();
  return readPort.port;
}
