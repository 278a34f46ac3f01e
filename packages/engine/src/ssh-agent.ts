import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withParentDeathSignal } from './child/parent-death-signal.ts';

/** An ssh-agent of this session's own. */
export interface SessionAgent {
  /** Value of SSH_AUTH_SOCK for ssh: a socket in a folder that only this user can enter. */
  readonly socket: string;
  /** Ends the agent; the keys it held are forgotten. */
  close(): void;
}

/** How long an agent may take to answer, or to begin. */
const ANSWER_MS = 1000;
const LOOK_AGAIN_MS = 10;

/** Length and type of a request for the list of keys (SSH_AGENTC_REQUEST_IDENTITIES, draft-miller-ssh-agent). */
export const LIST_KEYS = Buffer.from([0, 0, 0, 1, 11]);

/** Whether an agent answers at this socket: one that only accepts connections is none. */
export function agentAnswers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect({ path: socket });
    const finish = (answers: boolean) => {
      connection.destroy();
      resolve(answers);
    };
    connection
      .setTimeout(ANSWER_MS, () => finish(false))
      .once('error', () => finish(false))
      .once('close', () => finish(false))
      .once('data', () => finish(true))
      .once('connect', () => connection.write(LIST_KEYS));
  });
}

/**
 * Starts an agent that lives as long as this process.
 *
 * Resolves to `undefined` when there is no `ssh-agent` here, or it does not answer in time.
 */
export async function startSessionAgent(): Promise<SessionAgent | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'autossh-agent-'));
  const socket = join(folder, 'agent');
  // Debian's ssh-agent is set-gid, and executing such a file clears the parent-death signal; with --nnp it is an ordinary file.
  const command = { file: 'ssh-agent', args: ['-D', '-a', socket] };
  const { file, args } = withParentDeathSignal(command, ['--nnp']);
  const agent = spawn(file, args, { stdio: 'ignore' });
  const close = () => {
    agent.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', close);
  if (await beginsToAnswer(agent, socket)) {
    agent.unref();
    return { socket, close };
  }
  close();
  return undefined;
}

async function beginsToAnswer(agent: ReturnType<typeof spawn>, socket: string): Promise<boolean> {
  let gone = false;
  agent.once('error', () => (gone = true)).once('exit', () => (gone = true));
  for (let waited = 0; waited < ANSWER_MS && !gone; waited += LOOK_AGAIN_MS) {
    if (await agentAnswers(socket)) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  return false;
}
