import { processWitness, type ListedProcess, type ProcessWitness } from '../process-witness.ts';
import type { Ending } from './end-in-time.ts';
import { signalGroup } from './process-group.ts';

// ssh starts others: the ssh of a jump host, a ProxyCommand, a LocalCommand; or it is a script that starts the real one. Not all of them end
// with it, and those that stay hold its ports (docs/decisions/0015-what-ends-with-ssh.md).

/**
 * Who ends with an ssh.
 *
 * - `nobody`: only ssh is ever signalled, as by the original autossh.
 * - `descendants`: what it had started when it was told to end, and still runs when it has ended. ssh stays in the session and the group of this
 *   process, so that it can ask at the terminal.
 * - `group`: ssh gets a session and a process group of its own, without a terminal. The whole group is signalled, and whoever of it is left
 *   when ssh has ended, however that came, is ended.
 *
 * Who went into a session of its own, as a ControlPersist master does, was to stay, and is left alone by `group`.
 */
export type EndsWithSsh = 'nobody' | 'descendants' | 'group';

/** A child with what it has started, as far as that ends with it. */
export interface Offspring {
  /** Signals the child, and those that are to hear it at the same time. */
  signal(name: NodeJS.Signals): void;
  /** Who is left when the child has ended. */
  readonly rest: Ending;
}

/** The child itself, as its launcher knows it. */
export interface Parent {
  readonly pid: number;
  /** Signals it; does nothing when it has ended. */
  kill(name: NodeJS.Signals): void;
}

/** Who ends with this child. */
export function offspringOf(
  parent: Parent,
  who: EndsWithSsh,
  witness: ProcessWitness = processWitness,
): Offspring {
  switch (who) {
    case 'nobody':
      return { signal: parent.kill, rest: NOBODY };
    case 'descendants':
      return descendants(parent, witness);
    case 'group':
      return group(parent, witness);
  }
}

const NOBODY: Ending = { signal: () => undefined, isLeft: () => false };

/** The child is told first: it can put in order what it has started. Only KILL, which it does not hear, is for all of them. */
function descendants({ pid, kill }: Parent, witness: ProcessWitness): Offspring {
  let known: readonly ListedProcess[] = [];
  const rest: Ending = {
    signal: (name) => stillThere(known, witness).forEach((each) => signalProcess(each.pid, name)),
    isLeft: () => stillThere(known, witness).length > 0,
  };
  return {
    rest,
    signal(name) {
      // While the child lives: what has lost its parent is nobody's descendant any more.
      known = [...stillThere(known, witness), ...descendantsAmong(witness.list(), pid)];
      kill(name);
      if (name === 'SIGKILL') rest.signal(name);
    },
  };
}

/** How long a group may be no more than dead processes that nobody has waited for, before that is looked into: it costs a look at every process. */
const UNWAITED_MS = 200;

function group({ pid }: Parent, witness: ProcessWitness): Offspring {
  const signal = (name: NodeJS.Signals) => void signalGroup(pid, name);
  const isLeft = (waitedMs: number) =>
    signalGroup(pid, 0) && (waitedMs < UNWAITED_MS || membersOf(pid, witness.list()).length > 0);
  return { signal, rest: { signal, isLeft } };
}

/** All that a process has started, and what those have started, on every system; Linux alone: `descendantsOf`, without a look at all others. */
export function descendantsAmong(
  all: readonly ListedProcess[],
  ancestor: number,
): readonly ListedProcess[] {
  const found: ListedProcess[] = [];
  const family = new Set([ancestor]);
  // Once more for each generation: a pid says nothing about who is older.
  for (let before = -1; before < family.size;) {
    before = family.size;
    for (const each of all) {
      if (family.has(each.pid) || !family.has(each.parent)) continue;
      family.add(each.pid);
      found.push(each);
    }
  }
  return found;
}

/** Those in the group of a leader, the leader included. */
export function membersOf(leader: number, all: readonly ListedProcess[]): readonly ListedProcess[] {
  return all.filter((each) => each.group === leader);
}

/** Those of them that have not ended: the pid alone may be another's by now. */
export function stillThere(
  processes: readonly ListedProcess[],
  { see, isSameStart }: Pick<ProcessWitness, 'see' | 'isSameStart'>,
): readonly ListedProcess[] {
  return processes.filter((each) => {
    const seen = see(each.pid);
    return seen !== undefined && isSameStart(seen, each);
  });
}

/** Signals a process, if it is there still. */
export function signalProcess(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended just now
  }
}
