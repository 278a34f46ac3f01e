import type { EventLevel, FleetEvent } from '@holdfast/engine';
import { followEvents, readEvents, type EventSelection } from '@holdfast/engine/log';
import { printableLine } from '@holdfast/text';
import { statSync, type Stats } from 'node:fs';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { findPaths, supervisorPlaces } from '../client/places.ts';
import { CommandError } from '../command-line/command-error.ts';
import {
  defineCommand,
  DONE,
  HELP_OPTION,
  JSON_OPTION,
  NAMES,
  USAGE,
} from '../command-line/command.ts';
import { readTime, usageError } from '../command-line/parse-words.ts';
import type { ContextOf, Environment } from '../context.ts';
import { formatLocalTime, sayJson } from '../terminal/say.ts';
import type { Paint, Style } from '../terminal/terminal.ts';
import { whenInterrupted } from '../terminal/when-interrupted.ts';
import { findTunnels, selectByPatterns } from '../tunnels-file/select-tunnels.ts';

export const LOG_LINES = 50;

export const logs = defineCommand({
  name: 'logs',
  summary: 'show what happened',
  about: [
    'Reads the event log, also when no supervisor is running. Without names: all events, also those that concern no single tunnel. Times are local.',
  ],
  operands: [NAMES],
  options: {
    follow: { short: 'f', summary: 'then follow new events, until Ctrl-C' },
    lines: { short: 'n', takes: 'COUNT', summary: `the last COUNT events (${LOG_LINES})` },
    since: { takes: 'TIME', summary: 'events of the last TIME: 10m, 1h, 2d; all of them' },
    level: {
      takes: 'LEVEL',
      choices: ['debug', 'info', 'warning', 'error'],
      summary: 'this level and above (info)',
    },
    ...JSON_OPTION,
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast logs', does: `the last ${LOG_LINES} events` },
    { line: 'holdfast logs -f db', does: 'one tunnel, live' },
    { line: 'holdfast logs --since 1h --level warning', does: 'what went wrong in the last hour' },
  ],
  exits: [DONE, { status: HOLDFAST_EXIT.error, when: 'no log, or it cannot be read' }, USAGE],
  json: 'a `FleetEvent` a line',
});

type LogsContext = ContextOf<typeof logs>;

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
    throw usageError(logs, `--lines must be a whole number, not ${lines}`);
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
  const text = printableLine(sentence);
  const who = paint('bold', printableLine(tunnel ?? 'holdfast'));
  return `${formatLocalTime(at)}  ${who}  ${style === undefined ? text : paint(style, text)}`;
}

/**
 * The names that patterns mean; `undefined`: all events are wanted.
 *
 * A plain name is taken as it is, since the log knows tunnels that are in no file any more.
 */
export async function namedTunnels(
  patterns: readonly string[],
  env: Environment,
): Promise<readonly string[] | undefined> {
  if (patterns.length === 0) return undefined;
  const open = patterns.filter((pattern) => /^tag:|[*?[{]/.test(pattern));
  const plain = patterns.filter((pattern) => !open.includes(pattern));
  if (open.length === 0) return plain;
  const found = selectByPatterns(open, await findTunnels({ env, values: {} }));
  return [...plain, ...found.map(({ name }) => name)];
}

/** Which events are wanted, and until when. */
export interface LogWish extends Omit<EventSelection, 'last'> {
  /** The file that is written now. */
  readonly path: string;
  /** So many of the last ones; `undefined`: all. */
  readonly last: number | undefined;
  /** Ends the events; without it they end with what is written now. */
  readonly followUntil: AbortSignal | undefined;
}

/** The events of the log, oldest first. Throws a {@link CommandError} `no-log` if there is none, or it cannot be read. */
export async function* readLog(wish: LogWish): AsyncGenerator<FleetEvent, void> {
  const { path, last, followUntil, ...selection } = wish;
  checkLog(path, followUntil !== undefined);
  try {
    yield* followUntil === undefined
      ? readEvents(path, { ...selection, ...(last === undefined ? {} : { last }) })
      : followEvents(path, followUntil, { ...selection, last: last ?? Number.MAX_SAFE_INTEGER });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandError('no-log', `the log cannot be read: ${message}`);
  }
}

function checkLog(path: string, mayComeLater: boolean): void {
  let facts: Stats | undefined;
  try {
    facts = statSync(path, { throwIfNoEntry: false });
  } catch {
    // Whoever opens it says what is wrong.
    return;
  }
  if (facts === undefined && !mayComeLater) {
    throw new CommandError('no-log', `no log yet: ${path} does not exist`);
  }
  if (facts !== undefined && !facts.isFile()) {
    throw new CommandError('no-log', `the log cannot be read: ${path} is not a file`);
  }
}
