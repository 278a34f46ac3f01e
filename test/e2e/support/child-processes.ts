import { readdirSync, readFileSync } from 'node:fs';

/** The pids of all processes below one, its children first. */
export function listDescendants(pid: number): number[] {
  // Below 0, which stands for "no pid yet", is the whole machine.
  if (pid < 2) throw new RangeError(`pid ${pid} is no process of a test`);
  const parents = readParents();
  const below = (parent: number): number[] => {
    const children = [...parents].filter(([, ppid]) => ppid === parent).map(([child]) => child);
    return [...children, ...children.flatMap(below)];
  };
  return below(pid);
}

/** Sends a signal to each process that is still there. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}

function readParents(): Map<number, number> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(pids.map((pid) => [Number(pid), readParent(pid)]));
}

// proc(5): pid (name) state ppid …, where the name can hold blanks and brackets.
function readParent(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
