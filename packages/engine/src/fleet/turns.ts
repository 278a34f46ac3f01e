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
