import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { findFreePorts } from '../../e2e/support/free-ports.ts';
import { createRunFolder, removeRunFolder, type RunFolder } from '../../e2e/support/run-folder.ts';
import { type Contender, type EchoForward, forwardText } from './contender.ts';

/** How the classic is told to find a dead connection. */
export type ClassicWatch =
  /** autossh's own loop of forwards. */
  | { readonly kind: 'loop'; readonly pollSeconds: number }
  /** `-M 0`, and ssh's ServerAlive as most of its users set it. */
  | { readonly kind: 'server-alive' }
  /** `-M 0` alone: it is TCP that gives up, or nobody. */
  | { readonly kind: 'tcp' };

const SERVER_ALIVE = ['-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=3'];

/** Debian's /usr/bin/autossh is a shell wrapper around it. */
const PROGRAM = '/usr/lib/autossh/autossh';

/** The classic autossh, a process for each forward; `undefined` if it is not installed. */
export function createClassic(watch: ClassicWatch, name = 'autossh'): Contender | undefined {
  if (!existsSync(PROGRAM)) return undefined;
  const children: ChildProcess[] = [];
  let folder: RunFolder | undefined;
  return {
    name,
    start: async (forwards) => {
      folder = createRunFolder();
      const env = { ...folder.environment, AUTOSSH_GATETIME: '0', ...pollOf(watch) };
      const monitors = await chooseMonitors(watch, forwards.length);
      for (const [index, forward] of forwards.entries()) {
        const words = [...(monitors[index] ?? []), ...sshWords(forward)];
        children.push(spawn(PROGRAM, words, { env, stdio: 'ignore' }));
      }
    },
    processes: () => folder?.processes() ?? [],
    stop: async () => {
      await Promise.all(children.splice(0).map(end));
      if (folder !== undefined) await removeRunFolder(folder);
      folder = undefined;
    },
  };
}

function pollOf(watch: ClassicWatch): Record<string, string> {
  return watch.kind === 'loop' ? { AUTOSSH_POLL: String(watch.pollSeconds) } : {};
}

async function chooseMonitors(watch: ClassicWatch, count: number): Promise<string[][]> {
  const indexes = Array.from({ length: count }, (_, index) => index);
  if (watch.kind === 'tcp') return indexes.map(() => ['-M', '0']);
  if (watch.kind === 'server-alive') return indexes.map(() => ['-M', '0', ...SERVER_ALIVE]);
  const first = await findFreePorts(2 * count);
  return indexes.map((index) => ['-M', String(first + 2 * index)]);
}

function sshWords(forward: EchoForward): string[] {
  return [...forward.options, '-N', '-L', forwardText(forward), forward.destination];
}

// It ends its ssh first. Should it not, the folder's end does.
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(late);
}
