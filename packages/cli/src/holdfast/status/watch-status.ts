import { isControlError, type ControlClient } from '@holdfast/control/client';
import type { FleetStatus, TunnelStatus } from '@holdfast/engine';
import { setTimeout as delay } from 'node:timers/promises';
import { HOLDFAST_EXIT, type HoldfastExit } from '../../exit-codes.ts';
import { askSupervisor, selectionOf } from '../client/ask-supervisor.ts';
import type { CommandContext } from '../context.ts';
import { formatLocalTime, say, sayJson } from '../terminal/say.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { whenInterrupted } from '../terminal/when-interrupted.ts';
import { stateCell } from './health.ts';
import { tunnelNotes } from './notes.ts';
import { formatStatusTable } from './status-table.ts';

/** As `holdfast status` is given it. */
interface Watching extends Pick<CommandContext, 'terminal' | 'env' | 'operands'> {
  readonly values: { readonly config?: string; readonly json?: true };
}

/** At most four times a second, however much happens. */
const LEAST_PAUSE_MS = 250;
/** Times in the table run on also when nothing happens. */
const TICK_MS = 750;
const LONGEST_PAUSE_MS = 24 * 3_600_000;

/** Shows the status until it is interrupted: a table in place on a terminal, else what has changed, line by line. */
export async function watchStatus(context: Watching): Promise<HoldfastExit> {
  const stop = new AbortController();
  const release = whenInterrupted(() => stop.abort());
  const view = openView(context);
  try {
    await askSupervisor(context, (client) => follow(context, client, view, stop.signal));
    return HOLDFAST_EXIT.ok;
  } finally {
    view.close();
    release();
  }
}

/** Something that shows the status again and again. */
interface StatusView {
  show(status: FleetStatus): void;
  close(): void;
}

function openView({ terminal, values }: Watching): StatusView {
  if (values.json === true) {
    return { show: (status) => sayJson(terminal, status), close: () => undefined };
  }
  return terminal.outIsTerminal ? openScreen(terminal) : createChangeWriter(terminal);
}

async function follow(
  { operands, values, terminal }: Watching,
  client: ControlClient,
  view: StatusView,
  signal: AbortSignal,
): Promise<void> {
  const isTicking = terminal.outIsTerminal && values.json !== true;
  const events = openEvents(client, operands, signal);
  try {
    while (!signal.aborted) {
      const news = events.next();
      view.show(await look(client, operands));
      await terminal.outTaken(signal);
      await pause(LEAST_PAUSE_MS, signal);
      await pause(isTicking || events.isOver() ? TICK_MS : LONGEST_PAUSE_MS, news);
    }
  } finally {
    events.close();
  }
}

/** A supervisor that ends breaks off what it was asked: then it is not there any more, and nothing else is wrong. */
async function look(client: ControlClient, names: readonly string[]): Promise<FleetStatus> {
  try {
    return await client.status(selectionOf(names));
  } catch (error) {
    if (isControlError(error) && error.code === 'bad-answer') await client.hello();
    throw error;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

interface EventBell {
  /** Fires when the next thing happens, or when nothing more can. */
  next(): AbortSignal;
  isOver(): boolean;
  close(): void;
}

/** The stream is open before the first look at the status: what happens in between is not missed. */
function openEvents(
  client: ControlClient,
  names: readonly string[],
  signal: AbortSignal,
): EventBell {
  const end = new AbortController();
  let bell = new AbortController();
  let isOver = false;
  const close = () => end.abort();
  signal.addEventListener('abort', close);
  const listen = async () => {
    try {
      for await (const _event of client.events({ names, signal: end.signal })) bell.abort();
    } catch {
      // The next look at the status tells what is wrong.
    }
    isOver = true;
    bell.abort();
  };
  void listen();
  return {
    next: () => (isOver ? end : (bell = new AbortController())).signal,
    isOver: () => isOver,
    close,
  };
}

// @see ECMA-48, 8.3: CUU, ED, EL; xterm's DECTCEM for the cursor.
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const CLEAR_BELOW = '\u001B[J';
const CLEAR_LINE = '\u001B[K';

/** The table, drawn again in the same place. */
function openScreen(terminal: Terminal): StatusView {
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

/** One line for each tunnel whose state is another than before; the first time for each tunnel. */
function createChangeWriter(terminal: Terminal): StatusView {
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
