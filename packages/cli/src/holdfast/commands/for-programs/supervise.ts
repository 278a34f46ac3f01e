import { LOG_LEVELS } from '@holdfast/engine/parts';
import { printableLine } from '@holdfast/text';
import { closeSync, writeSync } from 'node:fs';
import { HOLDFAST_EXIT } from '../../../exit-codes.ts';
import { VERSION } from '../../../version.ts';
import { findPaths } from '../../client/places.ts';
import type { SupervisorMessage } from '../../client/start-supervisor.ts';
import {
  BAD_FILE,
  CONFIG_OPTION,
  defineCommand,
  HELP_OPTION,
  USAGE,
} from '../../command-line/command.ts';
import { usageError } from '../../command-line/parse-words.ts';
import type { ContextOf } from '../../context.ts';
import { leadsToJournal } from '../../supervise/print-events.ts';
import { runSupervisor } from '../../supervise/supervise.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { configPath } from '../../tunnels-file/read-tunnels.ts';

export const supervise = defineCommand({
  name: 'supervise',
  summary: 'run the supervisor in the foreground',
  about: [
    'This is the process that "holdfast up" starts in the background. Ends with SIGTERM or SIGINT, and all tunnels with it; a second one ends every ssh at once.',
    'Under systemd it is a service of Type=notify: it tells when it answers, how its tunnels are, and that it lives. Events go to the journal with their priority.',
  ],
  operands: [],
  options: {
    ...CONFIG_OPTION,
    up: { summary: 'start all tunnels that are enabled, as soon as it answers' },
    log: { summary: 'print events to stderr, as "holdfast logs" does; to the journal always' },
    'ready-fd': { takes: 'NUMBER', summary: 'write to this descriptor when it is ready' },
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast supervise --up --log', does: 'for a container or a service manager' },
    { line: 'holdfast supervise', does: 'to see why it fails' },
  ],
  exits: [
    { status: HOLDFAST_EXIT.ok, when: 'ended on request' },
    { status: HOLDFAST_EXIT.error, when: 'it could not be started, and says why' },
    USAGE,
    BAD_FILE,
  ],
});

export async function runSupervise(context: ContextOf<typeof supervise>): Promise<number> {
  const { env, values, terminal, script, ignored = [] } = context;
  const fd = readDescriptor(values['ready-fd']);
  const isInJournal = leadsToJournal(env['JOURNAL_STREAM']);
  return await runSupervisor({
    config: configPath(env, values.config),
    paths: findPaths(env),
    version: VERSION,
    script,
    ignored,
    startsAll: values.up === true,
    printsTo: isInJournal ? 'journal' : values.log === true ? 'people' : undefined,
    tell: once(fd === undefined ? tellTerminal(terminal, isInJournal) : tellStarter(fd)),
  });
}

function readDescriptor(written: string | undefined): number | undefined {
  if (written === undefined || /^\d{1,3}$/.test(written)) {
    return written === undefined ? undefined : Number(written);
  }
  throw usageError(supervise, `--ready-fd must be a number, not ${written}`);
}

type Tell = (message: SupervisorMessage) => void;

function once(tell: Tell): Tell {
  let isTold = false;
  return (message) => {
    if (!isTold) tell(message);
    isTold = true;
  };
}

function tellTerminal({ err }: Terminal, isInJournal: boolean): Tell {
  const priority = isInJournal ? `<${LOG_LEVELS.error}>` : '';
  return (message) => {
    if ('problem' in message) err(`${priority}holdfast: ${printableLine(message.problem)}\n`);
  };
}

/** Tells it over the pipe, and closes that: no ssh may inherit it, or the starter would wait for its end. */
function tellStarter(fd: number): Tell {
  return (message) => {
    try {
      writeSync(fd, `${JSON.stringify(message)}\n`);
      closeSync(fd);
    } catch {
      // The starter did not wait.
    }
  };
}
