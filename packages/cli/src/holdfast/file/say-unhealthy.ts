import type { FleetStatus, TunnelStatus } from '@holdfast/engine';
import { isHealthy } from '../status/health.ts';
import { tunnelNotes } from '../status/notes.ts';
import { stateCell } from '../status/state-cell.ts';
import { formatSpan } from '../terminal/format-span.ts';
import { printable } from '../terminal/printable.ts';
import { count, say } from '../terminal/say.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { wrapText } from '../terminal/wrap-text.ts';

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
  const since = formatSpan(nowMs - Date.parse(tunnel.since));
  const { text } = stateCell(tunnel);
  return [
    `${printable(tunnel.name)}: ${text} for ${since}`,
    ...tunnelNotes(tunnel, nowMs).flatMap((note) =>
      wrapText(printable(note), { columns, first: '  ', rest: '    ' }),
    ),
  ];
}
