import {
  closeOwnOutputs,
  createFleet,
  credentialChange$,
  networkChange$,
  type EventLevel,
  type Fleet,
  type FleetEvent,
} from '@holdfast/engine';
import { rmSync } from 'node:fs';
import { filter, firstValueFrom, map } from 'rxjs';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { keepIgnoring } from '../../ignored-signals.ts';
import type { RunOptions } from '../run-options.ts';
import { makeSocketFolder } from './socket-folder.ts';
import { openEventOutput } from './event-output.ts';

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
