import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What scripted-ssh.mjs does at one start; the fixture explains the fields. */
export interface SshBehaviour {
  readonly lives?: number;
  readonly runs?: boolean;
  readonly exit?: number;
  readonly signal?: NodeJS.Signals;
  readonly stops?: boolean;
  readonly onTerm?: 'die' | 'ignore' | number | { readonly after: number; readonly exit: number };
  readonly relay?: 'loop' | 'echo';
  readonly faults?: readonly Fault[];
  readonly delay?: number;
  readonly refuseAfter?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly cat?: boolean;
}

export type Fault =
  'good' | 'hole' | 'swallow' | 'corrupt' | 'corruptOnce' | 'half' | 'close' | 'delay';

/** One line of what scripted-ssh.mjs noted; `at` is the monotonic clock in milliseconds. */
export interface SshEvent {
  readonly event: string;
  readonly number: number;
  readonly pid: number;
  readonly at: number;
  readonly argv: readonly string[];
  readonly ppid: number;
  readonly group: number;
  readonly session: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly fds: Readonly<Record<string, string>>;
  readonly isTty: boolean;
  readonly text: string;
  readonly status?: number;
}

export function getMonotonicMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

/** Asks again until the answer is neither undefined nor false; the error says what was waited for. */
export async function until<T>(
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  patienceMs: number,
): Promise<T> {
  const deadline = getMonotonicMs() + patienceMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== false) return answer;
    if (getMonotonicMs() > deadline) throw new Error(`not within ${patienceMs} ms: ${what}`);
    await sleep(30);
  }
}

/** Listens on the port; the answer ends that. */
export async function occupy(port: number): Promise<() => void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return () => server.close();
}

/**
 * At most so many commands are on their way to their first ssh at once, so that the many cases that wait at the same
 * time do not make each other's ssh late for the first heartbeat.
 */
const launchSlots = 4;
let launching = 0;
const queue: (() => void)[] = [];

export async function takeLaunchSlot(): Promise<() => void> {
  if (launching >= launchSlots) await new Promise<void>((resolve) => queue.push(resolve));
  else launching += 1;
  let isTaken = true;
  return () => {
    if (!isTaken) return;
    isTaken = false;
    const next = queue.shift();
    if (next === undefined) launching -= 1;
    else next();
  };
}
