import type { FailureReport } from '@holdfast/machines';
import type { Forward } from '../../forward/forward.ts';
import { createCustomDriver } from '../../heartbeat/custom.ts';
import { noHeartbeat, type HeartbeatDriver } from '../../heartbeat/driver.ts';
import { openFreeMonitorPort } from '../../heartbeat/read-port.ts';
import { heartbeatMessage } from '../../heartbeat/message.ts';
import { openMonitor, type Monitor, type MonitorChoice } from '../../heartbeat/monitor.ts';
import { createMuxDriver } from '../../heartbeat/mux.ts';
import { ECHO_PORT, LACKS } from './heartbeat-lacks.ts';
import type { ManagedSpec } from '../fleet-tunnel.ts';

/** The heartbeat of a managed tunnel, and what each of its ssh needs for it. */
export interface ManagedHeartbeat {
  readonly driver: HeartbeatDriver;
  /** Asked before each start: the forwards that this heartbeat needs. */
  readonly renew: () => readonly Forward[] | Promise<readonly Forward[]>;
  /** What it may lack when it was never answered; absent where nothing is known. */
  readonly whyUnanswered?: () => FailureReport;
  /** Closes what it holds open; absent where that is nothing. */
  readonly close?: () => void;
}

/** As long as a probe may take when no rule says so. */
const TIMEOUT_MS = 3000;

/** Makes the heartbeat of a tunnel. */
export function createManagedHeartbeat(
  heartbeat: ManagedSpec['heartbeat'],
  place: { readonly controlPath: string },
): ManagedHeartbeat {
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
      return {
        ...overForwards(() => Promise.resolve({ kind: 'loop', port: 'free' })),
        whyUnanswered: () => LACKS.loop,
      };
    case 'echo':
      return {
        ...overForwards(async () => ({
          kind: 'echo',
          port: await freePort(),
          echoPort: ECHO_PORT,
        })),
        whyUnanswered: () => LACKS.echo,
      };
  }
}

function withoutForwards(driver: HeartbeatDriver): ManagedHeartbeat {
  return { driver, renew: noForwards };
}

const noForwards = () => [];

/** A heartbeat over ports of its own: new ones for each ssh, since the last may be held by then. */
function overForwards(choose: () => Promise<MonitorChoice>): ManagedHeartbeat {
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
