import {
  createFleet,
  credentialChange$,
  networkChange$,
  type EventLevel,
  type Fleet,
  type FleetEvent,
} from '@holdfast/engine';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filter, firstValueFrom, map } from 'rxjs';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { keepIgnoring } from '../../ignored-signals.ts';
import type { RunOptions } from '../run-options.ts';
import { printable } from '../terminal/printable.ts';

/** What ends it, unless it was started to ignore it: as under `nohup`, or as a script's background job. */
const STOPS = ['SIGINT', 'SIGHUP'] as const;

const LEVELS: readonly EventLevel[] = ['debug', 'info', 'warning', 'error'];

/** Keeps one tunnel up until it is told to end, or the tunnel has failed; resolves to the exit status. */
export async function runTunnel(options: RunOptions): Promise<number> {
  const { tunnel, terminal, ignored } = options;
  const runtimeDir = mkdtempSync(join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), 'holdfast-run-'));
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
  }
}

async function watch(
  fleet: Fleet,
  { tunnel, json, level, terminal, ignored }: RunOptions,
): Promise<number> {
  const least = LEVELS.indexOf(level);
  fleet.told$.pipe(filter((event) => LEVELS.indexOf(event.level) >= least)).subscribe((event) => {
    terminal.out(json ? `${JSON.stringify(event)}\n` : line(event));
  });
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

function line({ at, tunnel, sentence }: FleetEvent): string {
  const time = new Date(at).toLocaleTimeString('en-GB');
  return `${time} ${tunnel === null ? '' : `${tunnel}: `}${printable(sentence)}\n`;
}
