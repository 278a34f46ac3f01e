import type { EventLevel, FleetEvent } from '@holdfast/engine';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { LOG_LINES, logs } from '../commands/logs.ts';
import { findPaths } from '../client/supervisor.ts';
import { whenInterrupted } from '../client/when-interrupted.ts';
import { namedTunnels } from '../log/named-tunnels.ts';
import { readLog, type LogWish } from '../log/read-log.ts';
import { supervisorPlaces } from '../supervise/places.ts';
import { formatLocalTime } from '../terminal/format-span.ts';
import type { Paint, Style } from '../terminal/paint.ts';
import { printable } from '../terminal/printable.ts';
import { sayJson } from '../terminal/say.ts';
import { usageError } from '../words/parse-words.ts';
import { readTime } from '../words/read-time.ts';

type LogsContext = ContextOf<'logs'>;

export async function runLogs(context: LogsContext): Promise<number> {
  const { values, terminal, operands, env } = context;
  const extent = readExtent(context);
  const { log } = supervisorPlaces(findPaths(env));
  const tunnels = await namedTunnels(operands, env);
  const stop = new AbortController();
  const release = values.follow === true ? whenInterrupted(() => stop.abort()) : () => undefined;
  const events = readLog({
    ...extent,
    path: log,
    level: (values.level ?? 'info') as EventLevel,
    ...(tunnels === undefined ? {} : { tunnels }),
    followUntil: values.follow === true ? stop.signal : undefined,
  });
  for await (const event of events) {
    if (values.json === true) sayJson(terminal, event);
    else terminal.out(`${formatEvent(event, terminal.paint)}\n`);
    await terminal.outTaken(stop.signal);
  }
  release();
  return HOLDFAST_EXIT.ok;
}

type Extent = Pick<LogWish, 'last' | 'since'>;

/** How far back: so many events, or all since then. */
function readExtent({ values }: LogsContext): Extent {
  const { since, lines } = values;
  if (lines !== undefined && !/^\d{1,9}$/.test(lines)) {
    throw usageError(logs, `--lines ${lines} is no whole number`);
  }
  const last = lines === undefined ? undefined : Number(lines);
  if (since === undefined) return { last: last ?? LOG_LINES };
  return { last, since: new Date(Date.now() - readTime(logs, 'since', since)) };
}

const STYLES: Readonly<Record<EventLevel, Style | undefined>> = {
  debug: 'dim',
  info: undefined,
  warning: 'yellow',
  error: 'red',
};

/** One line: when, what it concerns, what happened. */
export function formatEvent({ at, level, tunnel, sentence }: FleetEvent, paint: Paint): string {
  const style = STYLES[level];
  const text = printable(sentence);
  const who = paint('bold', printable(tunnel ?? 'holdfast'));
  return `${formatLocalTime(at)}  ${who}  ${style === undefined ? text : paint(style, text)}`;
}
