import { describe, expect, test } from 'vitest';
import { reportOf } from '../../../../test/properties/support/steps.ts';
import {
  askedTunnel,
  NO_STREAM,
  silentTunnel,
  STREAM,
  UPLOAD,
} from '../../../../test/properties/support/silent-tunnel.ts';

const MISSED = { type: 'probe.missed', reason: 'no answer' } as const;
const DOUBTED = { type: 'suspicion.began', reason: 'no answer' } as const;
const PROBED = { type: 'probe.began' } as const;
const ANSWERED = { type: 'probe.answered', pid: 1001, pollSeconds: 5 } as const;

describe('a blip', () => {
  test('cuts nothing: the challenger is sent away, and ends after its login', () => {
    const tunnel = silentTunnel();
    expect(tunnel.done()).toEqual(['probe 1', 'challenge b']);
    expect(tunnel.news()).toEqual([
      MISSED,
      DOUBTED,
      PROBED,
      { type: 'challenger.asked', silentSinceMs: 5000, isOverdue: false },
      { type: 'challenger.started', pid: 2001 },
    ]);
    tunnel.advance(200);
    tunnel.answer();
    expect(tunnel.done()).toEqual(['dismiss b']);
    expect(tunnel.news()).toEqual([
      { type: 'challenger.settled' },
      { type: 'suspicion.ended' },
      ANSWERED,
    ]);
    tunnel.readyChallenger(STREAM);
    tunnel.exitChallenger('SIGTERM', { failure: reportOf('unknown') });
    expect(tunnel.news()).toEqual([{ type: 'challenger.ended', pid: 2001, isLast: false }]);
    expect(tunnel.done()).toEqual([]);
    expect(tunnel.phases).toEqual(['asking', 'suspect.calling.trying', 'healthy']);
    expect(tunnel.actor.getSnapshot().context).toMatchObject({
      starts: 1,
      carrier: 'a',
      challenger: null,
      doubt: null,
      hasWitness: true,
      misses: 0,
    });
  });

  test('that is over while the challenger is in needs no switch', () => {
    const tunnel = silentTunnel();
    tunnel.readyChallenger(STREAM);
    tunnel.advance(2599);
    tunnel.answer();
    tunnel.exitChallenger('SIGTERM');
    tunnel.advance(4000);
    expect(tunnel.phases).toEqual([
      'asking',
      'suspect.calling.trying',
      'suspect.outvoted',
      'healthy',
    ]);
    expect(tunnel.done()).toEqual(['probe 1', 'challenge b', 'dismiss b']);
  });

  test('that is over before the challenger runs sends it away all the same', () => {
    const tunnel = askedTunnel({}, false);
    tunnel.miss(STREAM);
    tunnel.answer();
    tunnel.spawnChallenger();
    expect(tunnel.done()).toEqual(['probe 1', 'challenge b', 'dismiss b']);
    expect(tunnel.news().at(-1)).toEqual({ type: 'challenger.started', pid: 2001 });
    tunnel.exit(255, { failure: reportOf('dropped') });
    expect(tunnel.done()).toEqual(['gone 1', 'SIGKILL b', 'start 2']);
  });

  test('longer than 5 s is told once', () => {
    const tunnel = silentTunnel();
    tunnel.news();
    tunnel.advance(4999);
    expect(tunnel.news()).toEqual([]);
    tunnel.advance(1);
    tunnel.advance(100_000);
    expect(tunnel.news()).toEqual([{ type: 'suspicion.lasts' }]);
  });

  test('is asked on with waits that double', () => {
    const tunnel = silentTunnel();
    tunnel.miss(STREAM);
    tunnel.miss(STREAM);
    tunnel.miss(STREAM);
    expect(tunnel.probeTimeoutsMs).toEqual([3000, 1000, 4000, 8000, 15_000, 15_000]);
    expect(tunnel.phases).toEqual(['asking', 'suspect.calling.trying']);
  });

  test('while the challenger of the last one is still leaving keeps that one', () => {
    const tunnel = silentTunnel();
    tunnel.answer();
    tunnel.advance(5000);
    tunnel.miss(STREAM);
    expect(tunnel.done()).toEqual([
      'probe 1',
      'challenge b',
      'dismiss b',
      'probe 1',
      'probe 1',
      'keep b',
    ]);
    tunnel.readyChallenger(NO_STREAM);
    tunnel.exit('SIGTERM');
    tunnel.ready();
    expect(tunnel.phases).toEqual([
      'asking',
      'suspect.calling.trying',
      'healthy',
      'asking',
      'suspect.calling.trying',
      'stopping.terminating',
      'connecting',
      'asking',
    ]);
    expect(tunnel.done()).toEqual(['SIGTERM 1', 'adopt b', 'probe 2']);
  });

  test('a challenger that ends on its way out is followed by another, if the silence lasts', () => {
    const tunnel = silentTunnel();
    tunnel.answer();
    tunnel.advance(5000);
    tunnel.miss(STREAM);
    tunnel.exitChallenger('SIGTERM', { chance: 0 });
    tunnel.advance(1000);
    expect(tunnel.phases.slice(3)).toEqual([
      'asking',
      'suspect.calling.trying',
      'suspect.waiting',
      'suspect.calling.trying',
    ]);
    expect(tunnel.done().slice(-1)).toEqual(['challenge b']);
  });
});

describe('an ssh whose bytes still move', () => {
  test('is slow, and not suspect', () => {
    const tunnel = askedTunnel();
    tunnel.miss(UPLOAD);
    expect(tunnel.phases).toEqual(['asking']);
    expect([tunnel.done(), tunnel.news()]).toEqual([['probe 1'], [PROBED]]);
    tunnel.advance(4000);
    tunnel.miss(UPLOAD);
    expect(tunnel.phases).toEqual(['asking']);
    tunnel.answer();
    expect(tunnel.phases).toEqual(['asking', 'healthy']);
    expect(tunnel.probeTimeoutsMs).toEqual([3000, 1000, 4000, 8000]);
  });

  test('is suspect after a minute without an answer', () => {
    const tunnel = askedTunnel();
    tunnel.advance(53_999);
    tunnel.miss(UPLOAD);
    expect(tunnel.phases).toEqual(['asking']);
    tunnel.advance(1);
    tunnel.miss(UPLOAD);
    expect(tunnel.phases).toEqual(['asking', 'suspect.calling.trying']);
    expect(tunnel.actor.getSnapshot().context.doubt).toMatchObject({
      silentSinceMs: 5000,
      sight: UPLOAD,
    });
  });

  test.each([true, false])(
    'is suspect no more when they move again (challenger in: %s)',
    (isIn) => {
      const tunnel = silentTunnel();
      if (isIn) tunnel.readyChallenger(STREAM);
      tunnel.news();
      tunnel.done();
      tunnel.miss(UPLOAD);
      expect(tunnel.phases.at(-1)).toBe('asking');
      expect(tunnel.done()).toEqual(['dismiss b', 'probe 1']);
      expect(tunnel.news()).toEqual([
        ...(isIn ? [] : [{ type: 'challenger.settled' }]),
        { type: 'suspicion.ended' },
        PROBED,
      ]);
      expect(tunnel.actor.getSnapshot().context.doubt).toBeNull();
    },
  );

  test('is not outvoted by a challenger that gets in: it is asked once more', () => {
    const tunnel = silentTunnel();
    tunnel.news();
    tunnel.done();
    tunnel.readyChallenger(UPLOAD);
    expect(tunnel.phases).toEqual(['asking', 'suspect.calling.trying', 'asking']);
    expect(tunnel.done()).toEqual(['dismiss b', 'probe 1']);
    expect(tunnel.news()).toEqual([
      { type: 'challenger.settled' },
      { type: 'suspicion.ended' },
      PROBED,
    ]);
  });
});

describe('an ssh that is not doubted', () => {
  test.each([
    ['has no patience', { patienceSeconds: 0 }],
    ['is no ssh of a fleet', { patienceSeconds: 0, challenges: false }],
  ])('since its tunnel %s is ended after misses', (_, input) => {
    const tunnel = askedTunnel(input);
    tunnel.miss(UPLOAD);
    tunnel.miss(UPLOAD);
    expect(tunnel.phases).toEqual(['asking', 'stopping.terminating']);
    expect(tunnel.done()).toEqual(['probe 1', 'SIGTERM 1']);
  });

  test('since it has not answered yet is ended after misses', () => {
    const tunnel = silentTunnel();
    tunnel.exit(255);
    tunnel.ready();
    tunnel.miss(NO_STREAM);
    tunnel.miss(NO_STREAM);
    expect(tunnel.phases.slice(-2)).toEqual(['asking', 'stopping.terminating']);
  });
});

describe('what comes in while an ssh is suspect', () => {
  test.each([
    ['an order to probe', { type: 'tunnel.probe' }],
    ['an order to retry', { type: 'tunnel.retry' }],
    ['a change of the network', { type: 'network.changed' }],
    ['a start that is granted', { type: 'start.granted' }],
    ['a grant for a challenger that is on its way', { type: 'challenger.granted' }],
    ['keys that changed', { type: 'credentials.changed' }],
    ['an answer at the host', { type: 'host.answered' }],
    ['a check that failed', { type: 'check.failed', reason: 'no page' }],
  ] as const)('%s changes nothing', (_, event) => {
    for (const isIn of [false, true]) {
      const tunnel = silentTunnel();
      if (isIn) tunnel.readyChallenger(STREAM);
      tunnel.news();
      tunnel.done();
      const before = tunnel.actor.getSnapshot();
      tunnel.send(event);
      expect(tunnel.actor.getSnapshot().value).toEqual(before.value);
      expect(tunnel.actor.getSnapshot().context).toEqual(before.context);
      expect([tunnel.news(), tunnel.done()]).toEqual([[], []]);
    }
  });

  test('a probe that never left this machine makes it healthy, as before the probe', () => {
    const tunnel = silentTunnel();
    tunnel.news();
    tunnel.beat({ type: 'heartbeat.unsent', reason: 'too many open files' });
    expect(tunnel.phases.at(-1)).toBe('healthy');
    expect(tunnel.news()).toEqual([
      { type: 'challenger.settled' },
      { type: 'suspicion.ended' },
      { type: 'probe.unsent', reason: 'too many open files' },
    ]);
    expect(tunnel.done().at(-1)).toBe('dismiss b');
  });

  test('a heartbeat that is impossible ends the doubt; the login of the challenger proves nothing', () => {
    const tunnel = silentTunnel();
    tunnel.beat({ type: 'heartbeat.impossible', reason: 'no such channel' });
    expect(tunnel.done()).toEqual(['probe 1', 'challenge b', 'dismiss b']);
    tunnel.news();
    tunnel.readyChallenger(NO_STREAM);
    expect([tunnel.news(), tunnel.phases.at(-1)]).toEqual([[], 'connecting']);
    tunnel.exitChallenger('SIGTERM');
    tunnel.advance(10_000);
    expect(tunnel.phases.slice(-2)).toEqual(['connecting', 'healthy']);
  });
});
