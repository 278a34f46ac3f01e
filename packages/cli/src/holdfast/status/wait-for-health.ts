import type { ControlClient } from '@holdfast/control/client';
import type { FleetStatus, TunnelStatus } from '@holdfast/engine';
import { count, printableLine, shortDuration } from '@holdfast/text';
import { setTimeout as delay } from 'node:timers/promises';
import { say } from '../terminal/say.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { wrapText } from '../terminal/wrap-text.ts';
import { isHealthy, stateCell } from './health.ts';
import { tunnelNotes } from './notes.ts';

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

export function healthyOf({ tunnels }: FleetStatus): readonly TunnelStatus[] {
  return tunnels.filter(isHealthy);
}

/** Says which tunnels are not healthy, why, and what is next. */
export function sayUnhealthy(terminal: Terminal, status: FleetStatus): void {
  const { tunnels, at } = status;
  const healthy = healthyOf(status);
  say(terminal, `${healthy.length} of ${count(tunnels.length, 'tunnel')} healthy`);
  for (const tunnel of tunnels) {
    if (isHealthy(tunnel)) continue;
    for (const line of describe(tunnel, Date.parse(at), terminal.columns())) {
      terminal.out(`${line}\n`);
    }
  }
}

function describe(tunnel: TunnelStatus, nowMs: number, columns: number): readonly string[] {
  const since = shortDuration(nowMs - Date.parse(tunnel.since));
  const { text } = stateCell(tunnel);
  return [
    `${printableLine(tunnel.name)}: ${text} for ${since}`,
    ...tunnelNotes(tunnel, nowMs).flatMap((note) =>
      wrapText(printableLine(note), { columns, first: '  ', rest: '    ' }),
    ),
  ];
}
