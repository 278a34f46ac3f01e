import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

/** How an ssh ended. */
export interface SshEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** OpenSSH's own client, started by a test. */
export interface RealSsh {
  readonly pid: number;
  /** What it wrote so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Fulfilled when it has ended and all its output was read. */
  readonly ended: Promise<SshEnd>;
  /** Types into its standard input. */
  write(text: string): void;
  /** Closes its standard input. */
  endInput(): void;
}

const running = new Set<ChildProcessWithoutNullStreams>();

/** Starts the `ssh` of the search path; {@link endAllSsh} ends it at the latest. */
export function startSsh(sshArguments: readonly string[]): RealSsh {
  const child = spawn('ssh', sshArguments, { stdio: 'pipe' });
  if (child.pid === undefined) throw new Error('cannot start ssh: install the OpenSSH client');
  running.add(child);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  child.stdin.on('error', () => undefined);
  return {
    pid: child.pid,
    get stdout() {
      return stdout.text;
    },
    get stderr() {
      return stderr.text;
    },
    ended: waitForEnd(child),
    write: (text) => void child.stdin.write(text),
    endInput: () => void child.stdin.end(),
  };
}

/** Kills every ssh that a test started and waits until they are gone. For `afterEach`. */
export async function endAllSsh(): Promise<void> {
  const children = [...running];
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(children.map(waitForEnd));
}

function collect(stream: NodeJS.ReadableStream): { readonly text: string } {
  const collected = { text: '' };
  stream.setEncoding('utf8').on('data', (text: string) => (collected.text += text));
  return collected;
}

async function waitForEnd(child: ChildProcessWithoutNullStreams): Promise<SshEnd> {
  if (running.has(child)) await once(child, 'close');
  running.delete(child);
  return { code: child.exitCode, signal: child.signalCode };
}
