import {
  createFleet,
  type EventLevel,
  type Fleet,
  type FleetEvent,
  type TunnelSpec,
} from '@holdfast/engine';
import {
  closeOwnOutputs,
  credentialChange$,
  droppedWords,
  networkChange$,
  ownOutput,
  type OutputSettings,
} from '@holdfast/engine/parts';
import { jsonLine, printableLine } from '@holdfast/text';
import { rmSync } from 'node:fs';
import { filter, firstValueFrom, map } from 'rxjs';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { keepIgnoring } from '../../ignored-signals.ts';
import type { Environment } from '../context.ts';
import { endWithoutReader, type Terminal } from '../terminal/terminal.ts';
import { makeSocketFolder } from './socket-folder.ts';

/** What `holdfast run` needs to keep one tunnel up in the foreground. */
export interface RunOptions {
  readonly tunnel: TunnelSpec;
  /** Events of lower levels are not printed. */
  readonly level: EventLevel;
  /** Events as JSON, one a line, instead of sentences. */
  readonly json: boolean;
  readonly env: Environment;
  readonly terminal: Terminal;
  /** The signals that were ignored when the program was started: ssh ignores them too. */
  readonly ignored: readonly NodeJS.Signals[];
}

/** What ends it, unless it was started to ignore it: as under `nohup`, or as a script's background job. */
const STOPS = ['SIGINT', 'SIGHUP'] as const;

const LEVELS: readonly EventLevel[] = ['debug', 'info', 'warning', 'error'];

/** Keeps one tunnel up until it is told to end, or the tunnel has failed; resolves to the exit status. */
export async function runTunnel(options: RunOptions): Promise<number> {
  const { tunnel, env, terminal, ignored } = options;
  const runtimeDir = makeSocketFolder(env);
  const fleet = createFleet({
    tunnels: [tunnel],
    runtimeDir,
    ignores: ignored,
    isInteractive: process.stdin.isTTY === true && terminal.errIsTerminal,
    networkChange$: networkChange$(),
    credentialChange$: credentialChange$(),
  });
  // Also when nobody reads stdout any more, which ends the process at once.
  process.once('exit', () => rmSync(runtimeDir, { recursive: true, force: true }));
  try {
    return await watch(fleet, options);
  } finally {
    await fleet.close();
    await closeOwnOutputs();
  }
}

async function watch(
  fleet: Fleet,
  { tunnel, json, level, terminal, ignored }: RunOptions,
): Promise<number> {
  const least = LEVELS.indexOf(level);
  const say = openEventOutput(json, terminal);
  fleet.told$.pipe(filter((event) => LEVELS.indexOf(event.level) >= least)).subscribe(say);
  const ended = firstValueFrom(
    fleet.event$.pipe(
      filter(isEnd),
      map(({ fact }) => fact.end),
    ),
  );
  const stop = () => void fleet.stop([tunnel.name]);
  process.on('SIGTERM', stop);
  for (const name of STOPS) if (!ignored.includes(name)) process.on(name, stop);
  keepIgnoring(ignored);
  // As autossh takes it: ssh is started anew.
  process.on('SIGUSR1', () => fleet.restart([tunnel.name]));
  fleet.start([tunnel.name]);
  const end = await ended;
  return end.class === 'operator-stop' ? HOLDFAST_EXIT.ok : HOLDFAST_EXIT.error;
}

type EndEvent = FleetEvent & { readonly fact: { readonly type: 'tunnel.ended' } };

function isEnd(event: FleetEvent): event is EndEvent {
  return event.fact.type === 'tunnel.ended';
}

/** What is told of an event: a fleet's, or that some were lost on their way to the reader. */
interface ToldEvent {
  readonly at: string;
  readonly level: EventLevel;
  readonly tunnel: string | null;
  readonly sentence: string;
}

/**
 * Opens stdout for events, as sentences or as JSON, one a line. A reader who does not read, or a terminal that is paused, keeps no tunnel
 * waiting: what does not fit is dropped and counted. Whoever closes the reading end has seen enough, and ends the program.
 */
export function openEventOutput(
  json: boolean,
  { err, outIsTerminal }: Terminal,
): (event: ToldEvent) => void {
  const format = json ? (event: ToldEvent) => `${jsonLine(event)}\n` : sentenceLine;
  let hasComplained = false;
  const settings: OutputSettings = {
    tellDropped: (lines) => format(droppedEvent(lines)),
    onError(error) {
      if (error.code === 'EPIPE') endWithoutReader();
      if (!hasComplained) err(`holdfast: the output cannot be written: ${error.message}\n`);
      hasComplained = true;
    },
  };
  const output = ownOutput(1, settings, outIsTerminal ? undefined : process.stdout);
  return (event) => output.write(format(event));
}

function sentenceLine({ at, tunnel, sentence }: ToldEvent): string {
  const time = new Date(at).toLocaleTimeString('en-GB');
  return `${time} ${printableLine(tunnel === null ? sentence : `${tunnel}: ${sentence}`)}\n`;
}

function droppedEvent(lines: number) {
  return {
    at: new Date().toISOString(),
    level: 'warning',
    tunnel: null,
    fact: { type: 'output.dropped', lines },
    sentence: droppedWords(lines),
  } as const;
}
