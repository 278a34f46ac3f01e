import { findProgram, systemErrorText } from '@holdfast/engine/parts';
import type { Caller } from './background.ts';
import { type Heartbeat, openHeartbeat } from './heartbeat.ts';
import type { Plan } from './plan.ts';
import { type AgentSettings, openSessionAgent } from './session-agent.ts';
import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { FatalError } from './log.ts';

/** What stands around ssh, ready for its first start. */
export interface Prepared {
  readonly heartbeat: Heartbeat;
  readonly agent: AgentSettings | undefined;
  /** Undoes all of it. */
  close(): void;
}

/**
 * Prepares everything around ssh, in the order of RUN-1: the read port, then the pid file; and tells the caller how it went.
 *
 * Throws a FatalError when something cannot be had.
 *
 * @param tell - told what went wrong and costs no session.
 * @param tellWithout - told why ssh goes without a heartbeat.
 */
export async function prepare(
  plan: Plan,
  caller: Caller,
  tell: (problem: string) => void,
  tellWithout: (reason: string) => void,
): Promise<Prepared> {
  const { env, sshPath } = plan;
  const heartbeat = await openHeartbeat(plan, tellWithout);
  const removePidFile = env.pidFile === undefined ? () => undefined : ownPidFile(env.pidFile);
  const agent = await openSessionAgent(plan, tell);
  const ssh = findProgram(sshPath);
  if ('problem' in ssh) caller.failed(notRunnable(sshPath, ssh.problem), false);
  else caller.ready();
  return {
    heartbeat,
    agent,
    close() {
      agent?.close();
      heartbeat.close();
      removePidFile();
    },
  };
}

/** A pid file that goes with the process, also when that ends by an error. */
function ownPidFile(path: string): () => void {
  const remove = writePidFile(path);
  process.once('exit', remove);
  return remove;
}

/** Says what to do about an ssh that cannot be executed. The attempt to start it is made all the same (RUN-6). */
function notRunnable(sshPath: string, problem: string): string {
  return `cannot run ssh: ${sshPath}: ${problem}; set AUTOSSH_PATH to an ssh that can be executed`;
}

/**
 * Writes this process's id to a file, and returns what removes it again.
 *
 * It is removed only if it still holds this process's id: another autossh may have taken it over (BUG-25).
 *
 * Throws a {@link FatalError} when the file cannot be written.
 *
 * @see docs/rules.md, PID-1 to PID-4.
 */
function writePidFile(path: string): () => void {
  const content = `${process.pid}\n`;
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw new FatalError(
      'no-file',
      `cannot open pid file "${path}": ${systemErrorText(error)}; set AUTOSSH_PIDFILE to a file that can be written`,
    );
  }
  return () => {
    try {
      if (readFileSync(path, 'utf8') === content) unlinkSync(path);
    } catch {
      // It is gone already.
    }
  };
}
