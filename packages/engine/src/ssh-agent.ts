import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { withParentDeathSignal } from './child/launched-program.ts';
import { systemErrorText } from './system-error.ts';

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
  // A path that is too long is refused at once by some versions of Node, and later by others.
  return new Promise<boolean>((resolve) => {
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
  }).catch(() => false);
}

/**
 * Starts an agent that lives as long as this process.
 *
 * Resolves to `undefined` when none can be had: there is no `ssh-agent` here, nowhere to put its socket, or it does not answer in time.
 *
 * @param tell - hears why, as the end of a sentence.
 */
export async function startSessionAgent(
  tell: (problem: string) => void = () => undefined,
): Promise<SessionAgent | undefined> {
  const folder = makeAgentFolder(tell);
  if (folder === undefined) return undefined;
  const socket = join(folder, NAME);
  const agent = launchAgent(socket);
  const close = () => {
    agent?.kill('SIGTERM');
    removeFolder(folder);
  };
  process.once('exit', close);
  const problem = agent === undefined ? 'it cannot be started' : await problemOf(agent, socket);
  if (problem === undefined) {
    agent?.unref();
    return { socket, close };
  }
  tell(problem);
  close();
  return undefined;
}

const NAME = 'agent';
const PREFIX = 'autossh-agent-';

/** The longest path of a socket on any system, without its end. */
const LONGEST_SOCKET = 103;

/** A new folder that only this user can enter, where the first of some places lets it be made. */
function makeAgentFolder(tell: (problem: string) => void): string | undefined {
  const places = [tmpdir(), process.env['XDG_RUNTIME_DIR'], '/tmp'];
  const problems = new Set<string>();
  for (const place of places) {
    if (place === undefined || !isAbsolute(place)) continue;
    const length = Buffer.byteLength(join(place, `${PREFIX}123456`, NAME));
    if (length > LONGEST_SOCKET) {
      problems.add(`${place}: the path is too long for a socket`);
      continue;
    }
    try {
      return mkdtempSync(join(place, PREFIX));
    } catch (error) {
      problems.add(`${place}: ${systemErrorText(error)}`);
    }
  }
  tell(`no folder for its socket (${[...problems].join('; ')})`);
  return undefined;
}

/**
 * In a session of its own: it is told to end by us, and neither by the Ctrl-C of a terminal nor by its end.
 *
 * Debian's ssh-agent is set-gid, and executing such a file clears the parent-death signal; with --nnp it is an ordinary file.
 */
function launchAgent(socket: string): ChildProcess | undefined {
  const command = { file: 'ssh-agent', args: ['-D', '-a', socket] };
  const { file, args } = withParentDeathSignal(command, ['--nnp']);
  try {
    return spawn(file, args, { stdio: 'ignore', detached: true });
  } catch {
    return undefined;
  }
}

function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // A file system that became read-only keeps it.
  }
}

/** Why an agent does not begin to answer; `undefined` when it does. */
async function problemOf(agent: ChildProcess, socket: string): Promise<string | undefined> {
  let gone = false;
  agent.once('error', () => (gone = true)).once('exit', () => (gone = true));
  for (let waited = 0; waited < ANSWER_MS && !gone; waited += LOOK_AGAIN_MS) {
    if (await agentAnswers(socket)) return undefined;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  return gone ? 'ssh-agent ended, or is not installed' : 'ssh-agent does not answer';
}
