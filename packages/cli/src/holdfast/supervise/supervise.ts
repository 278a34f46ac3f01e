import {
  createControlServer,
  ensurePrivateFolder,
  PROTOCOL,
  takeLock,
  type LoadedConfig,
} from '@holdfast/control';
import {
  createChildRecord,
  createEventLog,
  createFleet,
  credentialChange$,
  networkChange$,
  reapRecordedChildren,
  systemErrorText,
  type Fleet,
  type FleetFact,
  type ReapedChild,
  type TunnelSpec,
} from '@holdfast/engine';
import { createRecorder, type Recorder } from '@holdfast/recording';
import { debounceTime, filter } from 'rxjs';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { keepIgnoring } from '../../ignored-signals.ts';
import { forgetOneArena } from '../one-arena.ts';
import type { SuperviseOptions } from '../supervise-options.ts';
import { createInspectorDoor } from './inspector-door.ts';
import { loadConfig } from './load-config.ts';
import { supervisorPlaces, type SupervisorPlaces } from './places.ts';
import { giveMemoryBack, keepHeapSmall } from './small-heap.ts';
import { waitForEnd } from './wait-for-end.ts';

/** How long an ssh that an earlier supervisor left behind may take to end: its ports are free after 5 s at most. */
const REAP_GRACES = { termGraceMs: 2000, killGraceMs: 2000 };

/** Runs the supervisor until it is told to end; resolves to the exit status. */
export async function supervise(options: SuperviseOptions): Promise<number> {
  keepHeapSmall();
  forgetOneArena(process.env);
  const places = supervisorPlaces(options.paths);
  try {
    ensurePrivateFolder(options.paths.runtime);
    const lock = await takeLock(places.lock);
    if (lock.kind === 'held') {
      options.tell({ problem: `a supervisor runs already (pid ${lock.pid})`, isHeld: true });
      return HOLDFAST_EXIT.error;
    }
    try {
      return await superviseAlone(options, places);
    } finally {
      lock.release();
    }
  } catch (error) {
    options.tell({ problem: `the supervisor cannot start: ${systemErrorText(error)}` });
    return HOLDFAST_EXIT.error;
  }
}

/** The work of the one supervisor of these places. */
async function superviseAlone(
  options: SuperviseOptions,
  places: SupervisorPlaces,
): Promise<number> {
  const loaded = await loadConfig(options.config);
  if (loaded.kind !== 'loaded') {
    options.tell({ problem: problemOf(options.config, loaded) });
    return HOLDFAST_EXIT.badFile;
  }
  const reaped = await reapRecordedChildren(places.children, REAP_GRACES);
  const recorder = createRecorder({ path: places.recording, program: options.version });
  const fleet = makeFleet(loaded.tunnels, options, places, recorder);
  const log = createEventLog(places.log);
  fleet.told$.subscribe(log.record);
  // It has its own way with what happens over and over.
  fleet.event$.subscribe(recorder.hear);
  giveMemoryBackWhenQuiet(fleet);
  fleet.tell({ type: 'supervisor.began', pid: process.pid, version: options.version });
  for (const child of reaped) fleet.tell(reapedFact(child));
  endOnBug(fleet, recorder);
  try {
    return await serve(fleet, recorder, options, places);
  } finally {
    log.close();
    recorder.close();
  }
}

function reapedFact({ pid, tunnel, hasEnded }: ReapedChild): FleetFact {
  return hasEnded ? { type: 'child.reaped', pid } : { type: 'child.stuck', pid, tunnel };
}

function problemOf(path: string, loaded: Exclude<LoadedConfig, { kind: 'loaded' }>): string {
  if (loaded.kind === 'unreadable') return loaded.sentence;
  return `${path} has ${loaded.errors.length} errors; see: holdfast check --config ${path}`;
}

function makeFleet(
  tunnels: readonly TunnelSpec[],
  { ignored }: SuperviseOptions,
  places: SupervisorPlaces,
  recorder: Recorder,
): Fleet {
  return createFleet({
    tunnels,
    runtimeDir: places.sockets,
    ignores: ignored,
    record: createChildRecord(places.children),
    networkChange$: networkChange$(),
    credentialChange$: credentialChange$(),
    inspect: recorder.inspect,
  });
}

async function serve(
  fleet: Fleet,
  recorder: Recorder,
  { config, version, script, ignored, tell }: SuperviseOptions,
  { socket, recording: path }: SupervisorPlaces,
): Promise<number> {
  const startedAt = new Date().toISOString();
  const inspector = createInspectorDoor({
    fleet,
    version,
    script,
    recording: { path, flush: recorder.flush },
  });
  const server = createControlServer({
    fleet,
    hello: {
      program: 'holdfast',
      version,
      protocol: PROTOCOL,
      pid: process.pid,
      startedAt,
      config,
    },
    loadConfig,
    end: () => fleet.stop(fleet.status().tunnels.map(({ name }) => name)),
    openInspector: inspector.open,
  });
  // What is wrong with the file changes nothing; `holdfast check` says what it is.
  const reload = () => void server.reload().catch(() => undefined);
  const reason = waitForEnd(server, fleet, { reload });
  keepIgnoring(ignored);
  await server.listen(socket);
  tell({ ready: true, pid: process.pid });
  const why = await reason;
  fleet.tell({ type: 'supervisor.ended', reason: why });
  await Promise.all([server.close(), inspector.close()]);
  await fleet.close();
  return HOLDFAST_EXIT.ok;
}

/** Long enough after the last start that no crowd is on its way. */
const QUIET_MS = 10_000;

function giveMemoryBackWhenQuiet(fleet: Fleet): void {
  const starts$ = fleet.event$.pipe(filter(({ fact }) => fact.type === 'start.began'));
  starts$.pipe(debounceTime(QUIET_MS)).subscribe(giveMemoryBack);
}

/** A bug ends the supervisor at once, and every ssh with it: better no tunnel than one that nobody watches. */
function endOnBug(fleet: Fleet, recorder: Recorder): void {
  process.on('uncaughtException', (error) => {
    const reason = `a bug in Holdfast: ${error.stack ?? error.message}`;
    fleet.tell({ type: 'supervisor.ended', reason });
    recorder.close();
    process.exit(HOLDFAST_EXIT.error);
  });
}
