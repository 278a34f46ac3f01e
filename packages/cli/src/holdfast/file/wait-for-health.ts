import type { ControlClient } from '@holdfast/control/client';
import type { FleetStatus } from '@holdfast/engine';
import { setTimeout as delay } from 'node:timers/promises';
import { count } from '../terminal/say.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { healthyOf } from './say-unhealthy.ts';

const LOOK_EVERY_MS = 200;

interface Waiting {
  readonly client: Pick<ControlClient, 'status'>;
  readonly names: readonly string[];
  /** On the clock of `performance.now()`. */
  readonly endsAtMs: number;
  readonly terminal: Terminal;
}

/** The status when all of these tunnels are healthy, or when the time is over or nothing more will come. */
export async function waitForHealth(waiting: Waiting): Promise<FleetStatus> {
  const { client, names, endsAtMs, terminal } = waiting;
  for (;;) {
    const status = names.length === 0 ? NO_TUNNELS : await client.status({ names });
    const isOver = performance.now() >= endsAtMs || isSettled(status);
    showProgress(terminal, isOver ? '' : progress(status));
    if (isOver) return status;
    await delay(Math.min(LOOK_EVERY_MS, Math.max(1, endsAtMs - performance.now())));
  }
}

const NO_TUNNELS: FleetStatus = { at: '', tunnels: [] };

/** Whether waiting can bring nothing: each tunnel is healthy, or has failed for good. */
function isSettled(status: FleetStatus): boolean {
  const failed = status.tunnels.filter(({ state }) => state === 'failed');
  return healthyOf(status).length + failed.length === status.tunnels.length;
}

function progress(status: FleetStatus): string {
  const { length } = status.tunnels;
  return `${healthyOf(status).length} of ${count(length, 'tunnel')} healthy`;
}

/** In place, on a terminal only. */
function showProgress({ errIsTerminal, err }: Terminal, text: string): void {
  if (errIsTerminal) err(`\r\u001B[K${text}`);
}
