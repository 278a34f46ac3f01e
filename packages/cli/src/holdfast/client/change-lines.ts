import type { FleetStatus, TunnelStatus } from '@holdfast/engine';
import { tunnelNotes } from '../status/notes.ts';
import { stateCell } from '../status/state-cell.ts';
import { formatLocalTime } from '../terminal/format-span.ts';
import { say } from '../terminal/say.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { StatusView } from './watch-status.ts';

/** One line for each tunnel whose state is another than before; the first time for each tunnel. */
export function createChangeWriter(terminal: Terminal): StatusView {
  const known = new Map<string, string>();
  return {
    show(status) {
      for (const tunnel of status.tunnels) {
        const state = describeState(tunnel);
        if (known.get(tunnel.name) === state) continue;
        known.set(tunnel.name, state);
        say(terminal, changeLine(tunnel, status));
      }
    },
    close: () => undefined,
  };
}

/** What counts as a change: neither the time nor a probe does. */
function describeState(tunnel: TunnelStatus): string {
  const { failure, since, phase } = tunnel;
  const { text } = stateCell(tunnel);
  const isProbing = tunnel.state === 'probing' || tunnel.state === 'healthy';
  return JSON.stringify([text, failure?.sentence, phase, isProbing ? '' : since]);
}

function changeLine(tunnel: TunnelStatus, { at }: FleetStatus): string {
  const notes = tunnelNotes(tunnel, Date.parse(at)).join('; ');
  const words = `${formatLocalTime(at)}  ${tunnel.name}  ${stateCell(tunnel).text}`;
  return notes === '' ? words : `${words}: ${notes}`;
}
