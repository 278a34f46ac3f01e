import type { ChildEnd, SshCommand } from './command.ts';
import type { Launch, LaunchedChild } from './launch.ts';

/** How long a child that nobody watches any more may take to obey SIGTERM. */
const LAST_GRACE_MS = 5000;

/** A child in the table. */
export interface TabledChild extends Omit<LaunchedChild, 'ended$'> {
  /** Tells one listener how the child ended, at once if it has. A stream for each child would cost a fleet more. */
  onEnd(listener: (end: ChildEnd) => void): void;
  /** Ends the child if it still runs. */
  unsubscribe(): void;
}

/** Every child of this process that still runs. */
export interface ChildTable {
  /** Launches a child, and knows it until it has ended; and whose it is, if that is said. */
  run(launch: Launch, command: SshCommand, owner?: object): TabledChild;
  /** The tunnel whose ssh a process is, if its command says so. */
  tunnelOf(pid: number): string | undefined;
  /** Kills every child now, or those of one owner, and does not wait. */
  killAll(owner?: object): void;
}

/** Whose a child is: for the program, and for people. */
interface Whose {
  readonly owner: object | undefined;
  readonly tunnel: string | undefined;
}

/**
 * Makes a table of children.
 *
 * It is kept outside the machines because a machine that fails does not stop the actors it invoked
 * (https://github.com/statelyai/xstate/issues/5153): whatever happens to a machine, its ssh is found here.
 */
export function createChildTable(): ChildTable {
  const running = new Map<LaunchedChild, Whose>();
  return {
    run(launch, command, owner) {
      const child = launch(command);
      if (child.pid !== undefined) running.set(child, { owner, tunnel: command.tunnel });
      let end: ChildEnd | undefined;
      let hear: ((end: ChildEnd) => void) | undefined;
      const ending = child.ended$.subscribe((how) => {
        running.delete(child);
        end = how;
        hear?.(how);
      });
      return {
        pid: child.pid,
        stderr: child.stderr,
        signal: child.signal,
        onEnd(listener) {
          if (end === undefined) hear = listener;
          else listener(end);
        },
        unsubscribe() {
          hear = undefined;
          if (running.has(child)) endUnwatched(child);
          else ending.unsubscribe();
        },
      };
    },
    tunnelOf: (pid) => [...running].find(([child]) => child.pid === pid)?.[1].tunnel,
    killAll(owner) {
      for (const [child, whose] of running) {
        if (owner === undefined || whose.owner === owner) child.signal('SIGKILL');
      }
    },
  };
}

/** Ends a child that is watched no more: TERM, and KILL if that does not help. */
function endUnwatched(child: LaunchedChild): void {
  terminate(child);
  const timer = setTimeout(() => child.signal('SIGKILL'), LAST_GRACE_MS);
  timer.unref();
  child.ended$.subscribe(() => clearTimeout(timer));
}

/** Asks a child to end; one that is stopped is woken to hear it (docs/rules.md, BUG-13). */
export function terminate(child: Pick<LaunchedChild, 'signal'>): void {
  child.signal('SIGTERM');
  child.signal('SIGCONT');
}

/** The children of this process. None of them outlives it. */
export const processChildren: ChildTable = createChildTable();

process.once('exit', () => processChildren.killAll());
