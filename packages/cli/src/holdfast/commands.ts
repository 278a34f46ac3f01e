import type { Command } from './command-line/command.ts';
import { chart } from './commands/chart.ts';
import { check } from './commands/check.ts';
import { completion } from './commands/for-programs/completion.ts';
import { config } from './commands/config.ts';
import { down } from './commands/down.ts';
import { forward } from './commands/forward.ts';
import { help } from './commands/help.ts';
import { completeNames } from './commands/for-programs/complete-names.ts';
import { supervise } from './commands/for-programs/supervise.ts';
import { importCommand } from './commands/import.ts';
import { inspect } from './commands/inspect.ts';
import { logs } from './commands/logs.ts';
import { record } from './commands/recordings/record.ts';
import { replay } from './commands/recordings/replay.ts';
import { report } from './commands/recordings/report.ts';
import { reload } from './commands/reload.ts';
import { restart } from './commands/restart.ts';
import { run } from './commands/run.ts';
import { service } from './commands/service.ts';
import { status } from './commands/status.ts';
import { up } from './commands/up.ts';
import { why } from './commands/why.ts';

/**
 * Every command by its name, in the order of help: what it is, and not what it does.
 *
 * The bodies stand in the same files, but whoever imports only this gets none of them: their bundle has them (bundles/programs.ts).
 */
export const COMMANDS = {
  up,
  down,
  restart,
  status,
  why,
  logs,
  inspect,
  reload,
  check,
  forward,
  run,
  config,
  import: importCommand,
  completion,
  chart,
  record,
  replay,
  report,
  service,
  supervise,
  help,
  'complete-names': completeNames,
} as const;

export type CommandName = keyof typeof COMMANDS;

export const ALL_COMMANDS: readonly Command[] = Object.values<Command>(COMMANDS);
