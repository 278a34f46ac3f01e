import type { FileSettings, HoldfastPaths } from '@holdfast/config';
import { type ControlServer, createControlServer, PROTOCOL } from '@holdfast/control';
import type { Fleet } from '@holdfast/engine';
import { type ChildRecorder, type EventLog, systemErrorText } from '@holdfast/engine/parts';
import type { Recorder } from '@holdfast/recording';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { keepIgnoring } from '../../ignored-signals.ts';
import type { SupervisorPlaces } from '../client/places.ts';
import type { SupervisorMessage } from '../client/start-supervisor.ts';
import { loadConfig } from '../tunnels-file/read-tunnels.ts';
import { createCallerAgent } from './caller-agent.ts';
import { createInspectorDoor } from './inspector-door.ts';
import { keepPlaces, type PlacesKeeper } from './keep-places.ts';
import { createMonitorDoor } from './monitor-door.ts';
import type { EventReader } from './print-events.ts';
import type { NotifySocket } from './systemd-notify.ts';
import { type ServiceManager, tellSystemd } from './tell-systemd.ts';
import type { SupervisorLocks } from './take-locks.ts';

/** What the process that is the supervisor needs to know. */
export interface SupervisorOptions {
  /** The tunnels file, as an absolute path. */
  readonly config: string;
  readonly paths: HoldfastPaths;
  /** Of the package. */
  readonly version: string;
  /** The file of this program: the inspector's is beside it. */
  readonly script: string;
  /** The signals that were ignored when the program was started: each ssh ignores them too. */
  readonly ignored: readonly NodeJS.Signals[];
  /** Starts all tunnels that are enabled as soon as it can be reached. */
  readonly startsAll: boolean;
  /** Where its events are printed, besides the event log. */
  readonly printsTo?: EventReader | undefined;
  /** Tells whoever started it how it went. Only the first message counts. */
  readonly tell: (message: SupervisorMessage) => void;
}

/** What a supervisor is made of before it can be reached. */
export interface SupervisorParts {
  readonly fleet: Fleet;
  /** What its file says besides the tunnels. */
  readonly settings: FileSettings;
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly record: ChildRecorder;
  readonly locks: SupervisorLocks;
  readonly places: SupervisorPlaces;
  /** What the service manager told it. */
  readonly notify: NotifySocket | undefined;
}

/** Listens, and serves whoever asks, until the supervisor is told to end; resolves to the exit status. */
export async function serve(
  { fleet, settings, log, recorder, record, locks, places, notify }: SupervisorParts,
  { config, paths, version, script, ignored, startsAll, tell }: SupervisorOptions,
): Promise<number> {
  const startedAt = new Date().toISOString();
  const inspector = createInspectorDoor({
    fleet,
    version,
    script,
    recording: { path: places.recording, flush: recorder.flush },
  });
  const monitor = createMonitorDoor({ fleet, version, script });
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
    end: () => {
      manager.stopping();
      return fleet.stop(fleet.status().tunnels.map(({ name }) => name));
    },
    openInspector: inspector.open,
    takeAgent: createCallerAgent(process.env, fleet.tell),
    onReload: (work) => manager.reloading(work),
    onSettings: (changed) => void monitor.apply(changed),
  });
  const manager: ServiceManager = tellSystemd(notify, { fleet, place: server.place });
  let keeper: PlacesKeeper | undefined;
  const look = () => void keeper?.look();
  // What is wrong with the file changes nothing; `holdfast check` says what it is.
  const reload = () => void server.reload().catch(() => undefined);
  const reason = waitForEnd(server, fleet, { reload, look });
  keepIgnoring(ignored);
  try {
    await server.listen(places.socket);
    keeper = keepPlaces({
      paths,
      locks,
      server,
      record,
      tell: fleet.tell,
      written: [
        { path: places.log, problem: log.problem },
        { path: places.recording, problem: () => wordsOf(recorder.problem()) },
      ],
    });
    await monitor.apply(settings);
    tell({ ready: true, pid: process.pid });
    manager.ready();
    if (startsAll) fleet.start(enabledNames(fleet));
    const why = await reason;
    manager.stopping();
    fleet.tell({ type: 'supervisor.ended', reason: why });
  } finally {
    await keeper?.stop();
    await Promise.all([server.close(), inspector.close(), monitor.close(), manager.close()]);
  }
  return HOLDFAST_EXIT.ok;
}

function enabledNames(fleet: Fleet): readonly string[] {
  const { tunnels } = fleet.status();
  return tunnels.filter(({ enabled }) => enabled).map(({ name }) => name);
}

function wordsOf(error: unknown): string | null {
  return error === undefined ? null : systemErrorText(error);
}

/** What a supervisor does on a signal. */
interface SignalOrders {
  readonly reload: () => void;
  /** Sees to the places where it can be reached. */
  readonly look: () => void;
}

/** Resolves when the supervisor has to end, with the reason as a sentence; another TERM or INT then hurries its tunnels. */
function waitForEnd(
  server: ControlServer,
  fleet: Fleet,
  { reload, look }: SignalOrders,
): Promise<string> {
  return new Promise((resolve) => {
    let isEnding = false;
    const onStop = (signal: NodeJS.Signals) => {
      if (isEnding) void fleet.stop(fleet.status().tunnels.map(({ name }) => name));
      isEnding = true;
      resolve(`it got ${signal}`);
    };
    process.on('SIGTERM', onStop).on('SIGINT', onStop).on('SIGHUP', reload);
    // A command that finds no socket of a supervisor that runs sends CONT, which harms no process.
    process.on('SIGHUP', look).on('SIGCONT', look);
    // As autossh takes it: every ssh is started anew.
    process.on('SIGUSR1', () => fleet.restart(wantedNames(fleet)));
    void server.ended.then(() => resolve('it was told to end'));
  });
}

function wantedNames(fleet: Fleet): readonly string[] {
  const isWanted = (state: string) => state !== 'stopped' && state !== 'failed';
  return fleet
    .status()
    .tunnels.filter(({ state }) => isWanted(state))
    .map(({ name }) => name);
}
