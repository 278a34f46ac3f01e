import type { ConnectionSight, TunnelInput } from '@holdfast/machines';
import { describe, expect, test } from 'vitest';
import { reportOf } from '../../../../test/properties/support/steps.ts';
import {
  askedTunnel,
  NO_STREAM,
  silentTunnel,
  STREAM,
  type SilentTunnel,
} from '../../../../test/properties/support/silent-tunnel.ts';

const STOPPED = {
  type: 'stop.began',
  reason: 'heartbeat-missed',
  pid: 1001,
  signal: null,
} as const;

/** The fact that the old ssh has ended after so many seconds without an answer. */
function endedAfter(seconds: number) {
  return {
    type: 'child.ended',
    exit: { status: null, signal: 'SIGTERM' },
    verdict: 'restart',
    premature: false,
    failure: { class: 'dropped', sentence: `the server did not answer for ${seconds} s` },
    stopReason: 'heartbeat-missed',
  };
}

const SWITCHED = { type: 'tunnel.switched', pid: 2001, start: 2, maxStarts: -1 } as const;

/** The challenger is in 250 ms after it was started. */
function challengedTunnel(sight: ConnectionSight | null, input?: TunnelInput): SilentTunnel {
  const tunnel = silentTunnel(input, sight);
  tunnel.advance(250);
  tunnel.news();
  tunnel.done();
  tunnel.readyChallenger(sight);
  return tunnel;
}

describe('an ssh that is silent beside a challenger that is in', () => {
  test('and has no stream is ended at once; the challenger takes over', () => {
    const tunnel = challengedTunnel(NO_STREAM);
    expect(tunnel.news()).toEqual([
      { type: 'challenger.settled' },
      { type: 'challenger.ready', pid: 2001, graceMs: 0 },
      STOPPED,
    ]);
    expect(tunnel.done()).toEqual(['SIGTERM 1']);
    tunnel.advance(3);
    tunnel.exit('SIGTERM', { chance: 0 });
    expect(tunnel.news()).toEqual([endedAfter(6), SWITCHED]);
    expect(tunnel.done()).toEqual(['adopt b']);
    tunnel.advance(12);
    tunnel.ready();
    tunnel.answer();
    expect(tunnel.news()).toEqual([
      { type: 'child.ready' },
      { type: 'probe.began' },
      { type: 'tunnel.proved', pid: 2001 },
      { type: 'probe.answered', pid: 2001, pollSeconds: 5 },
    ]);
    expect(tunnel.phases).toEqual([
      'asking',
      'suspect.calling.trying',
      'stopping.terminating',
      'connecting',
      'asking',
      'healthy',
    ]);
    expect(tunnel.startedAtMs).toEqual([0, 6253]);
    expect(tunnel.actor.getSnapshot().context).toMatchObject({
      starts: 2,
      carrier: 'b',
      pid: 2001,
      challenger: null,
      doubt: null,
      startedAtMs: 6253,
      failures: { counts: { dropped: 1 }, last: { class: 'dropped' } },
    });
  });

  test.each<[string, ConnectionSight | null, graceMs: number]>([
    ['has a stream: after the next resend, and the time of an answer', STREAM, 2600],
    ['has all acknowledged: 9 s after its last answer', { ...STREAM, resendInMs: null }, 2750],
    ['cannot be seen: after as long again as it was silent', null, 1250],
  ])('and %s', (_, sight, graceMs) => {
    const tunnel = challengedTunnel(sight);
    expect(tunnel.news()).toEqual([
      { type: 'challenger.settled' },
      { type: 'challenger.ready', pid: 2001, graceMs },
    ]);
    tunnel.advance(graceMs - 1);
    expect(tunnel.phases.at(-1)).toBe('suspect.outvoted');
    tunnel.advance(1);
    expect(tunnel.phases.at(-1)).toBe('stopping.terminating');
    tunnel.exit('SIGTERM');
    tunnel.ready();
    expect(tunnel.phases).toEqual([
      'asking',
      'suspect.calling.trying',
      'suspect.outvoted',
      'stopping.terminating',
      'connecting',
      'asking',
    ]);
    expect(tunnel.done()).toEqual(['SIGTERM 1', 'adopt b', 'probe 2']);
  });

  test('and whose address is gone is ended at once, with a stream too', () => {
    const tunnel = challengedTunnel({ ...STREAM, hasAddress: false });
    expect(tunnel.phases.at(-1)).toBe('stopping.terminating');
  });

  test('and whose address goes within the grace is ended with the next miss', () => {
    const tunnel = challengedTunnel({ ...STREAM, resendInMs: 60_000 });
    tunnel.advance(1000);
    tunnel.miss({ ...STREAM, resendInMs: 59_000 });
    expect(tunnel.phases.at(-1)).toBe('suspect.outvoted');
    tunnel.miss({ ...STREAM, hasAddress: false });
    expect(tunnel.phases.at(-1)).toBe('stopping.terminating');
  });

  test('is not given up sooner since nobody knows when it fell silent', () => {
    const tunnel = silentTunnel({}, STREAM);
    tunnel.answer();
    tunnel.exitChallenger('SIGTERM');
    tunnel.advance(5000);
    tunnel.advance(1000);
    tunnel.beat({ type: 'heartbeat.missed', reason: 'no answer' });
    tunnel.readyChallenger();
    expect(tunnel.actor.getSnapshot().context.doubt).toMatchObject({ graceMs: 6000 });
    expect(tunnel.phases.at(-1)).toBe('suspect.outvoted');
  });
});

describe('an old ssh that ends by itself', () => {
  test.each([true, false])('is followed by the challenger (in: %s)', (isIn) => {
    const tunnel = silentTunnel();
    if (isIn) tunnel.readyChallenger(STREAM);
    tunnel.news();
    tunnel.done();
    tunnel.exit(255, { failure: reportOf('dropped') });
    expect(tunnel.news()).toEqual([
      ...(isIn ? [] : [{ type: 'challenger.settled' }]),
      {
        type: 'child.ended',
        exit: { status: 255, signal: null },
        verdict: 'restart',
        premature: false,
        failure: reportOf('dropped'),
      },
      SWITCHED,
    ]);
    expect(tunnel.done()).toEqual(['adopt b']);
    tunnel.ready();
    tunnel.answer();
    expect(tunnel.phases.slice(-3)).toEqual(['connecting', 'asking', 'healthy']);
  });

  test('is followed by a challenger that does not even run yet', () => {
    const tunnel = askedTunnel({}, false);
    tunnel.miss(STREAM);
    tunnel.exit(255, { failure: reportOf('dropped') });
    expect(tunnel.news().at(-1)).toEqual({ ...SWITCHED, pid: null });
    tunnel.advance(5);
    tunnel.spawn();
    tunnel.ready();
    expect(tunnel.done()).toEqual(['probe 1', 'challenge b', 'adopt b', 'probe 2']);
    expect(tunnel.actor.getSnapshot().context).toMatchObject({ pid: 1002, startedAtMs: 6005 });
  });

  test('and a challenger that cannot be started after it is a failure of the tunnel', () => {
    const tunnel = askedTunnel({}, false);
    tunnel.miss(STREAM);
    tunnel.exit(255, { failure: reportOf('dropped') });
    tunnel.refuseToRun(undefined, { failure: reportOf('local-lack'), chance: 0 });
    expect(tunnel.phases.slice(-2)).toEqual(['connecting', 'backoff.waiting']);
  });

  test('leaves the tunnel to a challenger that does not get in: then it is started again', () => {
    const tunnel = silentTunnel();
    tunnel.exit(255, { failure: reportOf('dropped') });
    tunnel.exit(255, { failure: reportOf('unreachable'), chance: 0 });
    expect(tunnel.phases.slice(-2)).toEqual(['connecting', 'backoff.waiting']);
    tunnel.advance(500);
    expect(tunnel.done()).toEqual(['probe 1', 'challenge b', 'adopt b', 'gone 2', 'start 3']);
    expect(tunnel.actor.getSnapshot().context).toMatchObject({ starts: 3, carrier: 'a' });
  });

  test('leaves it to one that has until its first poll time to log in', () => {
    const tunnel = silentTunnel();
    tunnel.exit(255, { failure: reportOf('dropped') });
    tunnel.done();
    tunnel.advance(60_000);
    expect([tunnel.phases.at(-1), tunnel.done()]).toEqual(['stopping.terminating', ['SIGTERM 2']]);
  });

  test('is followed by an ssh anew where the challenger has been sent away', () => {
    const tunnel = silentTunnel();
    tunnel.answer();
    tunnel.done();
    tunnel.exit(255, { failure: reportOf('dropped') });
    expect(tunnel.done()).toEqual(['gone 1', 'SIGKILL b', 'start 2']);
  });
});

describe('an ssh that took over', () => {
  test('is challenged in the other slot', () => {
    const tunnel = challengedTunnel(NO_STREAM);
    tunnel.exit('SIGTERM');
    tunnel.ready();
    tunnel.answer();
    tunnel.advance(5000);
    tunnel.done();
    tunnel.miss(NO_STREAM);
    tunnel.readyChallenger(NO_STREAM);
    tunnel.exit('SIGTERM', { chance: 0 });
    tunnel.ready();
    tunnel.answer();
    expect(tunnel.done()).toEqual(['probe 2', 'challenge a', 'SIGTERM 2', 'adopt a', 'probe 3']);
    expect(tunnel.actor.getSnapshot().context).toMatchObject({
      starts: 3,
      carrier: 'a',
      pid: 2002,
    });
    expect(tunnel.phases.at(-1)).toBe('healthy');
  });

  test('is started again when a forward is refused to it', () => {
    const tunnel = challengedTunnel(NO_STREAM);
    tunnel.exit('SIGTERM');
    tunnel.done();
    tunnel.refuseForward(reportOf('remote-port-held'));
    tunnel.exit('SIGTERM', { chance: 0 });
    expect(tunnel.phases.slice(-2)).toEqual(['stopping.terminating', 'backoff.waiting']);
    tunnel.advance(2000);
    expect(tunnel.done()).toEqual(['SIGTERM 2', 'gone 2', 'start 3']);
  });

  test('is asked anew: an answer to the one before it counts for nothing', () => {
    const tunnel = challengedTunnel(NO_STREAM);
    tunnel.answer();
    tunnel.exit('SIGTERM');
    tunnel.answer();
    tunnel.miss(NO_STREAM);
    expect(tunnel.phases.slice(-2)).toEqual(['stopping.terminating', 'connecting']);
  });
});

describe('a switch', () => {
  test('that would be one start too many is the end of the tunnel', () => {
    const tunnel = challengedTunnel(NO_STREAM, { maxStarts: 1 });
    tunnel.exit('SIGTERM');
    expect(tunnel.end).toMatchObject({ class: 'starts-used-up', exitStatus: 0 });
    expect(tunnel.done()).toEqual(['SIGTERM 1', 'gone 1', 'SIGKILL b']);
    expect(tunnel.phases.slice(-2)).toEqual(['stopping.terminating', 'stopped']);
  });

  test('that would be one restart too many is its failure', () => {
    const restartIntensity = { starts: 0, periodMs: 60_000 };
    const tunnel = challengedTunnel(NO_STREAM, { restartIntensity });
    tunnel.exit('SIGTERM');
    expect(tunnel.end).toMatchObject({ class: 'restarts-too-frequent' });
    expect(tunnel.done()).toEqual(['SIGTERM 1', 'gone 1', 'SIGKILL b']);
  });

  test('counts for restart intensity, and a challenger that is sent away does not', () => {
    const restartIntensity = { starts: 1, periodMs: 60_000 };
    const tunnel = silentTunnel({ restartIntensity }, NO_STREAM);
    tunnel.answer();
    tunnel.exitChallenger('SIGTERM');
    tunnel.advance(5000);
    tunnel.miss(NO_STREAM);
    tunnel.readyChallenger(NO_STREAM);
    tunnel.exit('SIGTERM');
    expect(tunnel.phases.at(-1)).toBe('connecting');
    tunnel.ready();
    tunnel.answer();
    tunnel.advance(5000);
    tunnel.miss(NO_STREAM);
    tunnel.readyChallenger(NO_STREAM);
    tunnel.exit('SIGTERM');
    expect(tunnel.end).toMatchObject({ class: 'restarts-too-frequent' });
  });

  test('from an ssh that cannot be killed is the end of the tunnel, and of the challenger', () => {
    const tunnel = challengedTunnel(NO_STREAM);
    tunnel.advance(2000);
    expect(tunnel.phases.at(-1)).toBe('stopping.killing');
    tunnel.advance(2000);
    expect(tunnel.end).toMatchObject({ class: 'ssh-unstoppable' });
    expect(tunnel.done()).toEqual(['SIGTERM 1', 'SIGKILL 1', 'gone 1', 'SIGKILL b']);
  });

  test('to a challenger that ends while the old ssh is being ended is a start anew', () => {
    const tunnel = challengedTunnel(NO_STREAM);
    tunnel.exitChallenger(255, { failure: reportOf('dropped') });
    tunnel.exit('SIGTERM');
    expect(tunnel.done()).toEqual(['SIGTERM 1', 'gone 1', 'start 2']);
    expect(tunnel.phases.slice(-2)).toEqual(['stopping.terminating', 'connecting']);
  });
});
