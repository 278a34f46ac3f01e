import { closeSync, writeSync } from 'node:fs';
import { VERSION } from '../../version.ts';
import type { ContextOf } from '../body.ts';
import { findPaths } from '../client/supervisor.ts';
import { supervise as superviseCommand } from '../commands/supervise.ts';
import { configPath } from '../file/read-tunnels.ts';
import type { SupervisorMessage } from '../supervise-options.ts';
import { supervise } from '../supervise/supervise.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { usageError } from '../words/parse-words.ts';

export async function runSupervise(context: ContextOf<'supervise'>): Promise<number> {
  const { env, values, terminal, script, ignored = [] } = context;
  const fd = readDescriptor(values['ready-fd']);
  return await supervise({
    config: configPath(env, values.config),
    paths: findPaths(env),
    version: VERSION,
    script,
    ignored,
    tell: once(fd === undefined ? tellTerminal(terminal) : tellStarter(fd)),
  });
}

function readDescriptor(written: string | undefined): number | undefined {
  if (written === undefined || /^\d{1,3}$/.test(written)) {
    return written === undefined ? undefined : Number(written);
  }
  throw usageError(superviseCommand, `--ready-fd ${written} is no descriptor`);
}

type Tell = (message: SupervisorMessage) => void;

function once(tell: Tell): Tell {
  let isTold = false;
  return (message) => {
    if (!isTold) tell(message);
    isTold = true;
  };
}

function tellTerminal({ err }: Terminal): Tell {
  return (message) => {
    if ('problem' in message) err(`holdfast: ${message.problem}\n`);
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
