import type { Member } from './member.ts';

/** How often each listener is looked at: it costs a few microseconds, and no table is read. */
const LOOK_MS = 5000;

/** How many looks there are between two questions for a remote forward, which go over ssh's control socket. */
const LOOKS_A_QUESTION = 12;

/**
 * Looks at the forwards of a fleet while it runs: at ssh's own listeners every 5 s, and at what the server granted every minute.
 *
 * @returns what ends it.
 */
export function watchForwards(members: ReadonlyMap<string, Member>): () => void {
  let looks = 0;
  const look = () => {
    looks += 1;
    let index = 0;
    for (const { tunnel } of members.values()) {
      index += 1;
      if (tunnel.keeper.isEmpty || !tunnel.isConnected()) continue;
      tunnel.keeper.look();
      // Not all in one turn.
      if ((looks + index) % LOOKS_A_QUESTION === 0) void tunnel.keeper.renewRemote();
    }
  };
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
