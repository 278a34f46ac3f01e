import { chart } from './commands/chart.ts';
import { check } from './commands/check.ts';
import { completeNames } from './commands/complete-names.ts';
import { completion } from './commands/completion.ts';
import { config } from './commands/config.ts';
import { down } from './commands/down.ts';
import { forward } from './commands/forward.ts';
import { help } from './commands/help.ts';
import { importTunnels } from './commands/import.ts';
import { inspect } from './commands/inspect.ts';
import { logs } from './commands/logs.ts';
import { record } from './commands/record.ts';
import { reload } from './commands/reload.ts';
import { replay } from './commands/replay.ts';
import { report } from './commands/report.ts';
import { restart } from './commands/restart.ts';
import { run } from './commands/run.ts';
import { status } from './commands/status.ts';
import { supervise } from './commands/supervise.ts';
import { up } from './commands/up.ts';
import { why } from './commands/why.ts';
import type { Command } from './words/command.ts';

/** Every command by its name, in the order of help. What they do is elsewhere: reading about them loads nothing. */
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
  import: importTunnels,
  completion,
  chart,
  record,
  replay,
  report,
  help,
  supervise,
  'complete-names': completeNames,
} as const;

export type CommandName = keyof typeof COMMANDS;

/** The command of that name. */
export function findCommand(name: string): Command | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name as CommandName] : undefined;
}

/** The commands for people. */
export function shownCommands(): readonly Command[] {
  return Object.values<Command>(COMMANDS).filter(({ isHidden }) => isHidden !== true);
}
