import { guardDebugger } from '../../debugger-guard.ts';
import type { CommandName, COMMANDS } from '../commands.ts';
import { runChart } from '../commands/chart.ts';
import { runCheck } from '../commands/check.ts';
import { runCompletion } from '../commands/for-programs/completion.ts';
import { runConfig } from '../commands/config.ts';
import { runDown } from '../commands/down.ts';
import { runForward } from '../commands/forward.ts';
import { runHelp } from '../commands/help.ts';
import { runCompleteNames } from '../commands/for-programs/complete-names.ts';
import { runSupervise } from '../commands/for-programs/supervise.ts';
import { runImport } from '../commands/import.ts';
import { runInspect } from '../commands/inspect.ts';
import { runLogs } from '../commands/logs.ts';
import { runRecord } from '../commands/recordings/record.ts';
import { runReplay } from '../commands/recordings/replay.ts';
import { runReport } from '../commands/recordings/report.ts';
import { runReload } from '../commands/reload.ts';
import { runRestart } from '../commands/restart.ts';
import { runRun } from '../commands/run.ts';
import { runService } from '../commands/service.ts';
import { runStatus } from '../commands/status.ts';
import { runUp } from '../commands/up.ts';
import { runWhy } from '../commands/why.ts';
import type { Body } from '../context.ts';
import { runProcess } from '../run-holdfast.ts';
import type { BundleName, ListedOf } from './bundle-of.ts';

type CommandOf<TBundle extends BundleName> = TBundle extends 'client'
  ? Exclude<CommandName, ListedOf<BundleName>>
  : ListedOf<TBundle>;

type Bodies<TBundle extends BundleName> = {
  readonly [TName in CommandOf<TBundle>]: Body<(typeof COMMANDS)[TName]>;
};

/** The commands that need nothing but a connection to the supervisor. */
export const CLIENT_BODIES: Bodies<'client'> = {
  status: runStatus,
  why: runWhy,
  down: runDown,
  restart: runRestart,
  reload: runReload,
  forward: runForward,
  completion: runCompletion,
  help: runHelp,
};

/** The commands that need more than that: tunnels files and the event log, a browser. */
export const FILE_BODIES: Bodies<'file'> = {
  up: runUp,
  check: runCheck,
  config: runConfig,
  import: runImport,
  logs: runLogs,
  inspect: runInspect,
  service: runService,
  'complete-names': runCompleteNames,
};

/** The commands that run tunnels in this process. */
export const SUPERVISOR_BODIES: Bodies<'supervisor'> = {
  run: runRun,
  supervise: runSupervise,
};

/** The commands that draw machines, or play what they did. */
export const INSPECTOR_BODIES: Bodies<'inspector'> = {
  chart: runChart,
  record: runRecord,
  replay: runReplay,
  report: runReport,
};

/** A program, as the loader starts it. */
export type Program = (words: readonly string[], script: string) => void;

// Each of these is `main` of one bundle (scripts/bundle.mjs), which has in it what that one needs and nothing else.

export const client: Program = (words, script) => void runProcess(CLIENT_BODIES, words, script);

export const file: Program = (words, script) => void runProcess(FILE_BODIES, words, script);

export const supervisor: Program = (words, script) => {
  // Without a listener Node would open its debugger; what the signal means is said later.
  process.on('SIGUSR1', () => undefined);
  guardDebugger();
  void runProcess(SUPERVISOR_BODIES, words, script);
};

export const inspector: Program = (words, script) =>
  void runProcess(INSPECTOR_BODIES, words, script);

// The supervisor loads the inspector's bundle for this one, and only when its page is asked for.
export { openFleetInspector } from '../inspector/open-fleet-inspector.ts';
