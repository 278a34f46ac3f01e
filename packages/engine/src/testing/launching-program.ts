import { writeSync } from 'node:fs';
import { NEVER } from 'rxjs';
import { processChildren } from '../child/child-table.ts';
import type { SshCommand } from '../child/command.ts';
import { sshChild$ } from '../child/ssh-child.ts';
import { LAUNCHERS, type LauncherName } from './launchers.ts';
import { useUpDescriptors } from './use-up-descriptors.ts';

/** What the launching program is told, as JSON in its only argument. */
export interface LaunchOrder {
  readonly launcher: LauncherName;
  readonly command: SshCommand;
  /** Whether it opens files until the system gives it no more. */
  readonly usesUpDescriptors?: boolean;
}

/**
 * A program of its own that runs one ssh, and reports its events as lines of JSON on descriptor 3: for all that a test cannot do
 * to its own process.
 */
const order = JSON.parse(process.argv[2]!) as LaunchOrder;
if (order.usesUpDescriptors) useUpDescriptors();
sshChild$({
  launch: LAUNCHERS[order.launcher],
  children: processChildren,
  command: order.command,
  signal$: NEVER,
}).subscribe((event) => writeSync(3, `${JSON.stringify(event)}\n`));
