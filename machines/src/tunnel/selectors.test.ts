import { expect, test } from 'vitest';
import { askedTunnel } from '../../../test/properties/support/silent-tunnel.ts';
import { steppedTunnel } from '../../../test/properties/support/stepped-tunnel.ts';
import { hasChild, isSuspect, isUp, TUNNEL_STATES, tunnelState } from './selectors.ts';

test('every state has its one name, and the selectors say what is true in it', () => {
  const seen = new Map<string, readonly [boolean, boolean]>();
  const watch = (input: Parameters<typeof steppedTunnel>[0]) => {
    const tunnel = steppedTunnel(input);
    const look = () => {
      const snapshot = tunnel.actor.getSnapshot();
      seen.set(tunnelState(snapshot), [hasChild(snapshot), isUp(snapshot)]);
    };
    look();
    tunnel.actor.subscribe(look);
    return tunnel;
  };

  const first = watch({ gateSeconds: 30, hasHeartbeat: true, firstPollSeconds: 40 });
  first.advance(40_000);
  first.beat({ type: 'heartbeat.answered' });
  for (let death = 0; death < 7; death += 1) first.exit(255);
  first.send({ type: 'tunnel.retry' });
  first.send({ type: 'tunnel.stop' });
  first.exit(0);
  watch({ gateSeconds: 0 }).exit(3);
  // Waiting to be granted has no name of its own.
  watch({ asksBeforeStart: true });

  // [an ssh runs, it carries traffic]
  expect(Object.fromEntries(seen)).toEqual({
    gating: [true, false],
    connecting: [true, false],
    healthy: [true, true],
    probing: [true, true],
    backoff: [false, false],
    stopping: [true, false],
    stopped: [false, false],
    failed: [false, false],
  });
  expect([...seen.keys()].sort()).toEqual([...TUNNEL_STATES].sort());
});

test('an ssh is suspect from a miss to its answer, whatever is done about it', () => {
  const tunnel = askedTunnel();
  const seen = [isSuspect(tunnel.actor.getSnapshot())];
  tunnel.actor.subscribe((snapshot) => seen.push(isSuspect(snapshot)));
  tunnel.miss();
  tunnel.exitChallenger(255);
  tunnel.answer();
  // The miss, the challenger that runs and ends, and the answer.
  expect(seen).toEqual([false, true, true, true, false]);
  expect(isUp(tunnel.actor.getSnapshot())).toBe(true);
});
