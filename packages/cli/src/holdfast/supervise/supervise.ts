import { ensurePrivateFolder, type LoadedConfig } from '@holdfast/control';
import { createFleet, type Fleet, type FleetFact, type TunnelSpec } from '@holdfast/engine';
import {
  closeOwnOutputs,
  createChildRecord,
  createEventLog,
  credentialChange$,
  markEnvironment,
  networkChange$,
  reapRecordedChildren,
  systemErrorText,
  type ChildRecorder,
  type ReapedChild,
} from '@holdfast/engine/parts';
import { createRecorder, type Recorder } from '@holdfast/recording';
import { count } from '@holdfast/text';
import { dirname } from 'node:path';
import { debounceTime, filter } from 'rxjs';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { supervisorPlaces, type SupervisorPlaces } from '../client/places.ts';
import { loadConfig } from '../tunnels-file/read-tunnels.ts';
import { printEvents } from './print-events.ts';
import { serve, type SupervisorOptions, type SupervisorParts } from './serve.ts';
import { forgetOneArena, giveMemoryBack, keepHeapSmall } from './small-heap.ts';
import { takeNotifySocket } from './systemd-notify.ts';
import { takeLocks, type SupervisorLocks } from './take-locks.ts';

/** How long an ssh that an earlier supervisor left behind may take to end: its ports are free after 5 s at most. */
const REAP_GRACES = { termGraceMs: 2000, killGraceMs: 2000 };

/** Runs the supervisor until it is told to end; resolves to the exit status. */
export async function runSupervisor(options: SupervisorOptions): Promise<number> {
  keepHeapSmall();
  forgetOneArena(process.env);
  const notify = takeNotifySocket(process.env);
  try {
    const runtime = makeRuntime(options.paths);
    const places = supervisorPlaces({ ...options.paths, runtime });
    const locks = await takeLocks(places);
    if ('problem' in locks) {
      options.tell({ problem: locks.problem, isHeld: true });
      return HOLDFAST_EXIT.error;
    }
    try {
      return await superviseAlone(options, { places, locks, notify });
    } finally {
      locks.release();
    }
  } catch (error) {
    options.tell({ problem: `the supervisor cannot start: ${whereAndWhy(error)}` });
    return HOLDFAST_EXIT.error;
  }
}

/**
 * The runtime directory, made if need be. Where it cannot be made (`su` keeps the XDG_RUNTIME_DIR of another user, a container has no
 * /run/user), the one in the folder of state takes its place, as it does when that happens later. One that others can reach is refused.
 */
function makeRuntime({ runtime, spareRuntime }: SupervisorOptions['paths']): string {
  try {
    ensurePrivateFolder(runtime);
    return runtime;
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    ensurePrivateFolder(spareRuntime);
    return spareRuntime;
  }
}

function whereAndWhy(error: unknown): string {
  const { path } = error as NodeJS.ErrnoException;
  const why = systemErrorText(error);
  return path === undefined || why.includes(path) ? why : `${path}: ${why}`;
}

/** The work of the one supervisor of these places. */
async function superviseAlone(
  options: SupervisorOptions,
  { places, locks, notify }: Pick<SupervisorParts, 'places' | 'locks' | 'notify'>,
): Promise<number> {
  const loaded = await loadConfig(options.config);
  if (loaded.kind !== 'loaded') {
    options.tell({ problem: problemOf(options.config, loaded) });
    return HOLDFAST_EXIT.badFile;
  }
  const reaped = await reapAll(placesOfChildren(places, options, locks));
  const recorder = createRecorder({ path: places.recording, program: options.version });
  const record = createChildRecord(places.children, {
    mark: markEnvironment(process.env),
  });
  const fleet = makeFleet(loaded.tunnels, { options, places, record, recorder });
  const log = createEventLog(places.log);
  fleet.told$.subscribe(log.record);
  if (options.printsTo !== undefined) printEvents(fleet, options.printsTo);
  // It has its own way with what happens over and over.
  fleet.event$.subscribe(recorder.hear);
  fleet.told$.subscribe(recorder.hearTold);
  giveMemoryBackWhenQuiet(fleet);
  fleet.tell({ type: 'supervisor.began', pid: process.pid, version: options.version });
  for (const child of reaped) fleet.tell(reapedFact(child));
  endOnBug(fleet, recorder);
  try {
    return await serve(
      { fleet, settings: loaded.settings ?? {}, log, recorder, record, locks, places, notify },
      options,
    );
  } finally {
    // Also when it could not listen: whoever is deaf must not live on.
    await fleet.close();
    log.close();
    recorder.close();
    await closeOwnOutputs();
  }
}

/** Where children may be recorded: also those of a supervisor that had another runtime directory. */
function placesOfChildren(
  { children }: SupervisorPlaces,
  { paths: { spareRuntime: runtime, state } }: SupervisorOptions,
  { earlier }: SupervisorLocks,
): ReadonlySet<string> {
  const runtimes = [runtime, ...earlier.map((socket) => dirname(socket))];
  const others = runtimes.map((each) => supervisorPlaces({ runtime: each, state }).children);
  return new Set([children, ...others]);
}

async function reapAll(folders: ReadonlySet<string>): Promise<readonly ReapedChild[]> {
  const reaping = [...folders].map((folder) => reapRecordedChildren(folder, REAP_GRACES));
  return (await Promise.all(reaping)).flat();
}

function reapedFact({ pid, tunnel, hasEnded }: ReapedChild): FleetFact {
  return hasEnded ? { type: 'child.reaped', pid } : { type: 'child.stuck', pid, tunnel };
}

function problemOf(path: string, loaded: Exclude<LoadedConfig, { kind: 'loaded' }>): string {
  if (loaded.kind === 'unreadable') return loaded.sentence;
  return `${path} has ${count(loaded.errors.length, 'error')}; see: holdfast check --config ${path}`;
}

interface SupervisedFleet {
  readonly options: SupervisorOptions;
  readonly places: SupervisorPlaces;
  readonly record: ChildRecorder;
  readonly recorder: Recorder;
}

function makeFleet(
  tunnels: readonly TunnelSpec[],
  { options: { ignored, paths }, places, record, recorder }: SupervisedFleet,
): Fleet {
  return createFleet({
    tunnels,
    runtimeDir: places.sockets,
    spareRuntimeDir: supervisorPlaces({ ...paths, runtime: paths.spareRuntime }).sockets,
    stateDir: paths.state,
    ignores: ignored,
    record,
    networkChange$: networkChange$(),
    credentialChange$: credentialChange$(),
    inspect: recorder.inspect,
  });
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
