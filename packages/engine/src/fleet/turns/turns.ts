import { Observable } from 'rxjs';
import type { ChildRecorder } from '../../child-record/child-record.ts';
import type { ChildEnd } from '../../child/command.ts';
import type { Launch } from '../../child/launch.ts';

/** Work that is done in turns, so that a crowd of it does not keep everything else waiting. */
export interface Turns {
  /** Does it soon, behind what was given before. */
  add(work: () => void): void;
}

/** How long one turn may last, give or take one piece of work: in each round of the event loop much else is waiting. */
const TURN_MS = 5;

/**
 * Makes a queue of work for one process.
 *
 * When the children of hundreds of tunnels end at once, or all want to start, each piece of work is short (to start a process takes
 * about a millisecond), and all together would block timers, sockets and signals.
 */
export function createTurns(now: () => number = () => performance.now()): Turns {
  const waiting: (() => void)[] = [];
  let turn: NodeJS.Immediate | undefined;

  const takeTurn = () => {
    // First: work that throws must not take the rest along.
    turn = setImmediate(takeTurn);
    const endMs = now() + TURN_MS;
    while (waiting.length > 0 && now() < endMs) waiting.shift()!();
    if (waiting.length > 0) return;
    clearImmediate(turn);
    turn = undefined;
  };

  return {
    add(work) {
      waiting.push(work);
      turn ??= setImmediate(takeTurn);
    },
  };
}

/**
 * A launch for many: each child is written down, so that the supervisor after this one can find it, and the ends of many children
 * at once are told in turns.
 */
export function fleetLaunch(
  launch: Launch,
  turns: Turns,
  record: ChildRecorder | undefined,
): (tunnel: string) => Launch {
  return (tunnel) => (command) => {
    const child = launch(command);
    const { pid } = child;
    if (pid === undefined) return child;
    record?.add({ pid, tunnel, args: command.args });
    let isRecorded = true;
    const forget = () => {
      // Once: by then the pid may be another child's.
      if (isRecorded) record?.remove(pid);
      isRecorded = false;
    };
    const ended$ = new Observable<ChildEnd>((subscriber) =>
      child.ended$.subscribe((end) => {
        turns.add(() => {
          forget();
          subscriber.next(end);
          subscriber.complete();
        });
      }),
    );
    return { pid, ended$, stderr: child.stderr, signal: child.signal };
  };
}
