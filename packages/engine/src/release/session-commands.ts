import { runProgram } from '../program/run-program.ts';
import { controlPathArguments } from '../heartbeat/mux.ts';
import {
  readSession,
  SESSION_PARTS,
  type ServerSession,
  type SessionPart,
} from './server-session.ts';
import { ANSWER, NOTE_SCRIPT, releaseScript } from './session-scripts.ts';

/** An ssh that has logged in. */
export interface ControlledSsh {
  /** The program that runs. */
  readonly program: string;
  readonly controlPath: string;
  /** As the tunnel has it. */
  readonly host: string;
  /** The environment of the ssh that brings the command. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Why a session cannot be noted, or ended:
 *
 * - `no-answer`: the command did not end in time, or could not be started.
 * - `no-shell`: the account does not run it (a forced command, `nologin`, no sessions), or something else answered.
 * - `no-proc`: the server is not Linux, or shows no /proc.
 * - `no-session`: no sshd stands above the command (a container, another server).
 * - `foreign-session`: it runs as another user.
 * - `not-permitted`: the server's system does not let the account signal it.
 * - `does-not-end`: not even SIGKILL ended it.
 */
export type ReleaseObstacle =
  | 'no-answer'
  | 'no-shell'
  | 'no-proc'
  | 'no-session'
  | 'foreign-session'
  | 'not-permitted'
  | 'does-not-end';

/**
 * What is not as it was noted, so that nothing was signalled: one of the parts by which a session is known, or it is the session that the
 * command came over.
 */
export type ReleaseDifference = Exclude<SessionPart, 'pid'> | 'this-session';

/** A session was noted, or why it was not. */
export type Noted = { readonly session: ServerSession } | { readonly cannot: ReleaseObstacle };

/** What became of an old session. `gone`: it had ended by itself. */
export type Released =
  | { readonly outcome: 'released' | 'gone' }
  | { readonly outcome: 'not-ours'; readonly part: ReleaseDifference }
  | { readonly outcome: 'cannot'; readonly why: ReleaseObstacle };

/** The script itself takes up to 3 s, with a `sleep` that knows whole seconds only 5. */
const LONGEST_MS = 10_000;

/** Asks the server which of its processes holds this connection. Never rejects. */
export async function noteSession(ssh: ControlledSsh): Promise<Noted> {
  const { isOver, stdout } = await runThere(ssh, NOTE_SCRIPT);
  return readNoted(stdout) ?? { cannot: isOver ? 'no-shell' : 'no-answer' };
}

/**
 * Ends the process at the server that held an earlier connection of ours, if every part of it is still what it was. Never rejects, and never
 * signals another.
 *
 * @param ssh - the new connection, to the same account.
 */
export async function releaseSession(
  ssh: ControlledSsh,
  session: ServerSession,
): Promise<Released> {
  const checked = readSession(session);
  // Its words go into a command.
  if (checked === undefined) throw new TypeError('this is not a session that was read');
  const { isOver, stdout } = await runThere(ssh, releaseScript(checked));
  return readReleased(stdout) ?? { outcome: 'cannot', why: isOver ? 'no-shell' : 'no-answer' };
}

/**
 * Runs a script at the server, over the control socket. Where that is gone, ssh would log in anew: a ProxyCommand that only fails keeps it
 * from that. No ssh_config is read, since what it says belongs to connections, and a RemoteCommand in it would be an error.
 *
 * @see ssh(1), -F, -S and -T
 */
async function runThere(
  { program, controlPath, host, env }: ControlledSsh,
  script: string,
): Promise<{ readonly isOver: boolean; readonly stdout: string }> {
  const where = ['-F', 'none', '-T', ...controlPathArguments(controlPath)];
  const options = ['ControlMaster=no', 'ProxyCommand=false', 'BatchMode=yes', 'LogLevel=ERROR'];
  const command = ['/bin/sh', '-c', `'${script}'`];
  const words = [...where, ...options.flatMap((option) => ['-o', option]), '--', host, ...command];
  const { status, stdout } = await runProgram(program, words, env, LONGEST_MS);
  return { isOver: status !== null, stdout };
}

/** What follows the word that an answer begins with; nothing if there is not exactly one such line: a login may greet, too. */
function answerIn(stdout: string, word: string): readonly string[] {
  const lines = stdout.split('\n').filter((line) => line.startsWith(`${word} `));
  return lines.length === 1 ? lines[0]!.split(' ').slice(1) : [];
}

const OBSTACLES: ReadonlySet<string> = new Set<ReleaseObstacle>([
  'no-proc',
  'no-session',
  'foreign-session',
  'not-permitted',
  'does-not-end',
]);

function obstacleIn([word, why = '', ...rest]: readonly string[]): ReleaseObstacle | undefined {
  const isOne = word === 'cannot' && rest.length === 0 && OBSTACLES.has(why);
  return isOne ? (why as ReleaseObstacle) : undefined;
}

/** Reads the answer to `NOTE_SCRIPT`; `undefined` if it is none. */
export function readNoted(stdout: string): Noted | undefined {
  const words = answerIn(stdout, ANSWER.note);
  const cannot = obstacleIn(words);
  if (cannot !== undefined) return { cannot };
  if (words.length !== SESSION_PARTS.length) return undefined;
  const session = readSession(
    Object.fromEntries(SESSION_PARTS.map((part, index) => [part, words[index]])),
  );
  return session && { session };
}

const DIFFERENCES: ReadonlySet<string> = new Set<ReleaseDifference>([
  'boot',
  'pidNamespace',
  'uid',
  'start',
  'name',
  'this-session',
]);

/** Reads the answer to a release script; `undefined` if it is none. */
export function readReleased(stdout: string): Released | undefined {
  const words = answerIn(stdout, ANSWER.release);
  const why = obstacleIn(words);
  if (why !== undefined) return { outcome: 'cannot', why };
  const [outcome, part = '', ...rest] = words;
  if (rest.length > 0) return undefined;
  if (outcome === 'not-ours' && DIFFERENCES.has(part)) {
    return { outcome, part: part as ReleaseDifference };
  }
  if (part !== '' || (outcome !== 'released' && outcome !== 'gone')) return undefined;
  return { outcome };
}
