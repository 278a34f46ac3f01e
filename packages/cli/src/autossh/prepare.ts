import { findProgram } from '@holdfast/engine';
import type { Caller } from './background.ts';
import { openHeartbeat, type Heartbeat } from './open-heartbeat.ts';
import { writePidFile } from './pid-file.ts';
import type { Plan } from './plan.ts';
import { openSessionAgent, type AgentSettings } from './session-agent.ts';

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
