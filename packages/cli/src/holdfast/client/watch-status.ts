import { isControlError, type ControlClient } from '@holdfast/control/client';
import type { FleetStatus } from '@holdfast/engine';
import { setTimeout as delay } from 'node:timers/promises';
import { HOLDFAST_EXIT, type HoldfastExit } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { sayJson } from '../terminal/say.ts';
import { createChangeWriter } from './change-lines.ts';
import { openScreen } from './status-screen.ts';
import { askSupervisor, selectionOf } from './supervisor.ts';
import { whenInterrupted } from './when-interrupted.ts';

type StatusContext = ContextOf<'status'>;

/** At most four times a second, however much happens. */
const LEAST_PAUSE_MS = 250;
/** Times in the table run on also when nothing happens. */
const TICK_MS = 750;
const LONGEST_PAUSE_MS = 24 * 3_600_000;

/** Shows the status until it is interrupted: a table in place on a terminal, else what has changed, line by line. */
export async function watchStatus(context: StatusContext): Promise<HoldfastExit> {
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
export interface StatusView {
  show(status: FleetStatus): void;
  close(): void;
}

function openView({ terminal, values }: StatusContext): StatusView {
  if (values.json === true) {
    return { show: (status) => sayJson(terminal, status), close: () => undefined };
  }
  return terminal.outIsTerminal ? openScreen(terminal) : createChangeWriter(terminal);
}

async function follow(
  { operands, values, terminal }: StatusContext,
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
