import type { FleetStatus } from '@holdfast/engine';
import { formatStatusTable } from '../status/status-table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { StatusView } from './watch-status.ts';

// @see ECMA-48, 8.3: CUU, ED, EL; xterm's DECTCEM for the cursor.
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const CLEAR_BELOW = '\u001B[J';
const CLEAR_LINE = '\u001B[K';

/** The table, drawn again in the same place. */
export function openScreen(terminal: Terminal): StatusView {
  let drawn = 0;
  const close = () => terminal.out(SHOW_CURSOR);
  // Whatever ends the process, the cursor comes back.
  process.once('exit', close);
  terminal.out(HIDE_CURSOR);
  return {
    show(status) {
      const lines = drawLines(status, terminal);
      const up = drawn === 0 ? '' : `\u001B[${drawn}A`;
      terminal.out(
        `\r${up}${lines.map((line) => `${line}${CLEAR_LINE}\n`).join('')}${CLEAR_BELOW}`,
      );
      drawn = lines.length;
    },
    close() {
      process.off('exit', close);
      close();
    },
  };
}

/** No more lines than the terminal has: what has scrolled away cannot be drawn again. */
function drawLines(status: FleetStatus, terminal: Terminal): readonly string[] {
  const { paint } = terminal;
  const lines = formatStatusTable(status, { columns: terminal.columns(), paint });
  const most = Math.max(2, terminal.rows() - 1);
  if (lines.length <= most) return lines;
  const hidden = lines.length - most + 1;
  return [...lines.slice(0, most - 1), paint('dim', `… and ${hidden} more lines`)];
}
