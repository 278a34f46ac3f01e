import type { TunnelEvent, TunnelInput } from '@holdfast/machines';
import { describe, expect, test } from 'vitest';
import { reportOf } from '../../../../test/properties/support/steps.ts';
import {
  askedTunnel,
  silentTunnel,
  STREAM,
  type SilentTunnel,
} from '../../../../test/properties/support/silent-tunnel.ts';

const UNREACHABLE = { failure: reportOf('unreachable'), chance: 0.5 };

/** How long each wait lasts, until the next challenger is started. */
function waitsOf(tunnel: SilentTunnel, count: number): readonly number[] {
  return Array.from({ length: count }, () => {
    tunnel.exitChallenger(255, UNREACHABLE);
    const sinceMs = tunnel.clock.now();
    while (tunnel.challenger === undefined && tunnel.state === 'probing') {
      tunnel.clock.advanceToNext();
    }
    return tunnel.clock.now() - sinceMs;
  });
}

describe('while the path is down', () => {
  test('challengers are tried by the waits of unreachable, and the old ssh is kept', () => {
    const tunnel = silentTunnel();
    tunnel.advance(5000);
    tunnel.news();
    tunnel.done();
    expect(waitsOf(tunnel, 6)).toEqual([750, 1250, 2250, 2750, 2750, 2750]);
    expect(new Set(tunnel.done())).toEqual(new Set(['challenge b']));
    expect(tunnel.news().slice(0, 4)).toEqual([
      { type: 'challenger.settled' },
      { type: 'challenger.ended', pid: 2001, failure: reportOf('unreachable'), isLast: false },
      { type: 'challenger.asked', silentSinceMs: 5000, isOverdue: false },
      { type: 'challenger.started', pid: 2002 },
    ]);
    expect(tunnel.phases.slice(0, 4)).toEqual([
      'asking',
      'suspect.calling.trying',
      'suspect.waiting',
      'suspect.calling.trying',
    ]);
  });

  test('patience ends after 5 min, and then ssh is started again by its waits', () => {
    const tunnel = silentTunnel();
    tunnel.exitChallenger(255, { ...UNREACHABLE, failure: reportOf('throttled'), chance: 1 });
    tunnel.advance(1);
    tunnel.send({ type: 'network.changed' });
    tunnel.advance(299_998);
    expect(tunnel.phases.at(-1)).toBe('suspect.calling.trying');
    tunnel.exitChallenger(255, UNREACHABLE);
    tunnel.advance(1);
    expect(tunnel.phases.at(-1)).toBe('stopping.terminating');
    tunnel.done();
    tunnel.exit('SIGTERM');
    expect(tunnel.done()).toEqual(['gone 1', 'start 2']);
    tunnel.exit(255, UNREACHABLE);
    expect(tunnel.phases.slice(-4)).toEqual([
      'suspect.waiting',
      'stopping.terminating',
      'connecting',
      'backoff.waiting',
    ]);
  });

  test('a challenger that is on its way when patience ends becomes the tunnel’s', () => {
    const tunnel = silentTunnel();
    tunnel.advance(300_000);
    tunnel.exit('SIGTERM');
    tunnel.ready();
    expect(tunnel.done()).toEqual(['probe 1', 'challenge b', 'SIGTERM 1', 'adopt b', 'probe 2']);
  });

  test('a server that takes no more connections is asked by its own waits', () => {
    const tunnel = silentTunnel();
    tunnel.exitChallenger(255, { failure: reportOf('throttled'), chance: 1 });
    tunnel.advance(1999);
    expect(tunnel.challenger).toBeUndefined();
    tunnel.advance(1);
    expect(tunnel.challenger).toBeDefined();
  });

  test('a change of the network ends a wait', () => {
    const tunnel = silentTunnel();
    tunnel.exitChallenger(255, UNREACHABLE);
    tunnel.send({ type: 'network.changed' });
    expect(tunnel.phases.slice(-2)).toEqual(['suspect.waiting', 'suspect.calling.trying']);
  });

  test('an answer ends the wait for the next one', () => {
    const tunnel = silentTunnel();
    tunnel.exitChallenger(255, UNREACHABLE);
    tunnel.answer();
    tunnel.advance(4999);
    expect(tunnel.done()).toEqual(['probe 1', 'challenge b']);
    expect(tunnel.phases.at(-1)).toBe('healthy');
  });

  test('a challenger that was in and is lost is followed by another', () => {
    const tunnel = silentTunnel({}, { ...STREAM, resendInMs: 60_000 });
    tunnel.readyChallenger({ ...STREAM, resendInMs: 60_000 });
    tunnel.exitChallenger(255, { failure: reportOf('dropped'), chance: 0 });
    tunnel.advance(500);
    expect(tunnel.phases).toEqual([
      'asking',
      'suspect.calling.trying',
      'suspect.outvoted',
      'suspect.waiting',
      'suspect.calling.trying',
    ]);
  });
});

describe('a challenger that has to be granted', () => {
  const IN_TURN: TunnelInput = { asksBeforeStart: true };

  test('is started when it is, and each one anew', () => {
    const tunnel = silentTunnel(IN_TURN);
    expect(tunnel.news().slice(-1)).toEqual([
      { type: 'challenger.asked', silentSinceMs: 5000, isOverdue: false },
    ]);
    tunnel.send({ type: 'start.granted' });
    expect(tunnel.challenger).toBeUndefined();
    tunnel.send({ type: 'challenger.granted' });
    tunnel.exitChallenger(255, UNREACHABLE);
    tunnel.send({ type: 'challenger.granted' });
    expect(tunnel.challenger).toBeUndefined();
    tunnel.advance(750);
    tunnel.send({ type: 'challenger.granted' });
    expect(tunnel.phases).toEqual([
      'asking',
      'suspect.calling.asking',
      'suspect.calling.trying',
      'suspect.waiting',
      'suspect.calling.asking',
      'suspect.calling.trying',
    ]);
    expect(tunnel.news().map(({ type }) => type)).toEqual([
      'challenger.started',
      'challenger.settled',
      'challenger.ended',
      'challenger.asked',
      'challenger.started',
    ]);
  });

  test('is not wanted any more after an answer', () => {
    const tunnel = silentTunnel(IN_TURN);
    tunnel.news();
    tunnel.answer();
    tunnel.send({ type: 'challenger.granted' });
    expect(tunnel.news().slice(0, 2)).toEqual([
      { type: 'challenger.settled' },
      { type: 'suspicion.ended' },
    ]);
    expect(tunnel.done()).toEqual(['probe 1']);
  });
});

describe('a path that another tunnel found to work', () => {
  const IN_TURN: TunnelInput = { asksBeforeStart: true };
  const DUE = { ...STREAM, resendInMs: 3000 };

  test.each<[string, TunnelInput, (tunnel: SilentTunnel) => void, resumes: number]>([
    ['waits for its turn', IN_TURN, () => {}, 1],
    ['waits between two challengers', {}, (tunnel) => tunnel.exitChallenger(255, UNREACHABLE), 1],
    ['has its own on the way', {}, () => {}, 0],
  ])('makes a tunnel wait for TCP that %s', (_, input, before, resumes) => {
    const tunnel = silentTunnel(input, DUE);
    before(tunnel);
    tunnel.send({ type: 'host.answered' });
    expect(tunnel.phases.filter((phase) => phase === 'suspect.resuming')).toHaveLength(resumes);
  });

  test.each([
    ['what was seen at the last miss', { type: 'host.answered' }, 4000],
    [
      'what is seen then',
      { type: 'host.answered', atMs: 7000, sight: { ...DUE, resendInMs: 5000 } },
      6000,
    ],
  ] satisfies [string, TunnelEvent, number][])('makes it wait by %s', (_, event, ms) => {
    const tunnel = silentTunnel(IN_TURN, DUE);
    tunnel.send(event);
    tunnel.advance(ms - 1);
    expect(tunnel.phases.at(-1)).toBe('suspect.resuming');
    tunnel.advance(1);
    expect(tunnel.phases.at(-1)).toBe('suspect.calling.asking');
  });

  test('costs no login of its own where ssh is heard again', () => {
    const tunnel = silentTunnel(IN_TURN, { ...DUE, streams: 0 });
    tunnel.send({ type: 'host.answered' });
    tunnel.advance(3999);
    tunnel.answer();
    expect(tunnel.phases).toEqual([
      'asking',
      'suspect.calling.asking',
      'suspect.resuming',
      'healthy',
    ]);
    expect(tunnel.done()).toEqual(['probe 1']);
  });

  test('leaves no grace to an ssh that is not, once the challenger is in', () => {
    const tunnel = silentTunnel(IN_TURN, DUE);
    tunnel.send({ type: 'host.answered' });
    tunnel.advance(4000);
    expect(tunnel.news().slice(-1)).toEqual([
      { type: 'challenger.asked', silentSinceMs: 5000, isOverdue: true },
    ]);
    // Whoever gets through meanwhile tells it nothing new.
    tunnel.send({ type: 'host.answered' });
    tunnel.send({ type: 'challenger.granted' });
    tunnel.readyChallenger({ ...DUE, resendInMs: 20_000 });
    expect(tunnel.phases).toEqual([
      'asking',
      'suspect.calling.asking',
      'suspect.resuming',
      'suspect.calling.asking',
      'suspect.calling.trying',
      'stopping.terminating',
    ]);
  });

  test('is a doubtful one after a challenger that did not get through', () => {
    const tunnel = silentTunnel(IN_TURN, DUE);
    tunnel.send({ type: 'host.answered' });
    tunnel.advance(4000);
    tunnel.send({ type: 'challenger.granted' });
    tunnel.exitChallenger(255, UNREACHABLE);
    tunnel.send({ type: 'host.answered' });
    expect(tunnel.phases.slice(-2)).toEqual(['suspect.waiting', 'suspect.resuming']);
  });
});

describe('without a witness', () => {
  test('patience alone decides, for a minute', () => {
    const tunnel = silentTunnel({ challenges: false });
    tunnel.advance(59_999);
    tunnel.miss(STREAM);
    expect(tunnel.phases).toEqual(['asking', 'suspect.alone']);
    tunnel.advance(1);
    expect(tunnel.phases).toEqual(['asking', 'suspect.alone', 'stopping.terminating']);
    tunnel.exit('SIGTERM');
    expect(tunnel.done()).toEqual(['probe 1', 'probe 1', 'SIGTERM 1', 'gone 1', 'start 2']);
  });

  test('an answer in time cuts nothing', () => {
    const tunnel = silentTunnel({ challenges: false });
    tunnel.advance(59_999);
    tunnel.answer();
    tunnel.advance(4999);
    expect(tunnel.phases).toEqual(['asking', 'suspect.alone', 'healthy']);
  });

  test('its patience is not longer than all patience', () => {
    const tunnel = silentTunnel({ challenges: false, patienceSeconds: 20 });
    tunnel.advance(20_000);
    expect(tunnel.phases.at(-1)).toBe('stopping.terminating');
  });

  test.each(['auth', 'host-key-changed', 'host-key-unknown', 'usage'] as const)(
    'since %s keeps the challenger out, no other is tried with this ssh',
    (name) => {
      const tunnel = silentTunnel();
      tunnel.news();
      tunnel.exitChallenger(255, { failure: reportOf(name) });
      expect(tunnel.news()).toEqual([
        { type: 'challenger.settled' },
        { type: 'challenger.ended', pid: 2001, failure: reportOf(name), isLast: true },
      ]);
      tunnel.answer();
      tunnel.advance(5000);
      tunnel.miss(STREAM);
      tunnel.advance(59_999);
      expect(tunnel.phases).toEqual([
        'asking',
        'suspect.calling.trying',
        'suspect.alone',
        'healthy',
        'asking',
        'suspect.alone',
      ]);
      tunnel.advance(1);
      tunnel.exit('SIGTERM');
      expect(tunnel.actor.getSnapshot().context.hasWitness).toBe(true);
    },
  );

  test('a challenger that cannot be started is tried again', () => {
    const tunnel = silentTunnel();
    tunnel.news();
    tunnel.refuseChallenger({ failure: reportOf('local-lack'), chance: 0.5 });
    expect(tunnel.news().at(-1)).toMatchObject({ type: 'challenger.ended', isLast: false });
    tunnel.advance(750);
    expect(tunnel.phases.slice(-2)).toEqual(['suspect.waiting', 'suspect.calling.trying']);
  });

  test('a challenger that cannot be started, and nobody knows why, is tried again as by a server that throttles', () => {
    const tunnel = silentTunnel();
    tunnel.refuseChallenger();
    tunnel.advance(1500);
    expect(tunnel.phases.slice(-2)).toEqual(['suspect.waiting', 'suspect.calling.trying']);
  });

  test('a tunnel that is not to be started again after silence has failed when patience is over', () => {
    const tunnel = silentTunnel({ challenges: false, restartsWhenSilent: false });
    tunnel.advance(60_000);
    expect(tunnel.news().at(-1)).toMatchObject({ type: 'stop.began', isFinal: true });
    tunnel.exit('SIGTERM');
    expect(tunnel.end).toMatchObject({ class: 'connection-silent' });
  });

  test('under the rules of autossh patience works alike', () => {
    const tunnel = silentTunnel({ rules: 'classic', challenges: false, patienceSeconds: 20 });
    tunnel.advance(19_999);
    expect(tunnel.phases).toEqual(['asking', 'suspect.alone']);
    tunnel.advance(1);
    tunnel.exit('SIGTERM');
    expect(tunnel.phases.slice(-2)).toEqual(['stopping.terminating', 'connecting']);
  });

  test('an old challenger that leaves late makes patience no longer', () => {
    const tunnel = silentTunnel();
    tunnel.answer();
    const settings = { challenges: false };
    tunnel.send({ type: 'settings.changed', settings });
    tunnel.advance(5000);
    tunnel.miss(STREAM);
    tunnel.advance(30_000);
    tunnel.exitChallenger('SIGTERM');
    tunnel.advance(30_000);
    expect(tunnel.phases.slice(-2)).toEqual(['suspect.alone', 'stopping.terminating']);
  });
});

describe('settings that change while ssh is suspect', () => {
  test('count for what is asked next', () => {
    const tunnel = silentTunnel();
    tunnel.send({ type: 'settings.changed', settings: { challenges: false, patienceSeconds: 20 } });
    expect(tunnel.phases.at(-1)).toBe('suspect.calling.trying');
    tunnel.exitChallenger(255, UNREACHABLE);
    expect(tunnel.phases.at(-1)).toBe('suspect.alone');
    tunnel.advance(60_000);
    expect(tunnel.phases.at(-1)).toBe('stopping.terminating');
  });
});

describe('in every phase of doubt', () => {
  const PHASES: readonly (readonly [string, TunnelInput, (tunnel: SilentTunnel) => void])[] = [
    ['suspect.alone', { challenges: false }, () => undefined],
    ['suspect.waiting', {}, (tunnel) => tunnel.exitChallenger(255, UNREACHABLE)],
    ['suspect.calling.asking', { asksBeforeStart: true }, () => undefined],
    ['suspect.calling.trying', {}, () => undefined],
    ['suspect.outvoted', {}, (tunnel) => tunnel.readyChallenger(STREAM)],
    ['stopping.terminating', {}, (tunnel) => tunnel.readyChallenger({ ...STREAM, streams: 0 })],
    ['healthy', {}, (tunnel) => tunnel.answer()],
  ];
  const reached = ([phase, input, bring]: (typeof PHASES)[number]): SilentTunnel => {
    const tunnel = silentTunnel(input);
    bring(tunnel);
    expect(tunnel.phases.at(-1)).toBe(phase);
    tunnel.done();
    return tunnel;
  };

  test.each(PHASES)('%s: a stop ends both', (...row) => {
    const tunnel = reached(row);
    const hadChallenger = tunnel.challenger !== undefined;
    tunnel.send({ type: 'tunnel.stop' });
    expect(new Set(tunnel.done())).toEqual(
      new Set([
        ...(row[0] === 'stopping.terminating' ? [] : ['SIGTERM 1']),
        ...(hadChallenger ? ['SIGTERM b'] : []),
      ]),
    );
    tunnel.exit('SIGTERM');
    expect(tunnel.end).toMatchObject({ class: 'operator-stop' });
    expect(tunnel.done()).toEqual(['gone 1', ...(hadChallenger ? ['SIGKILL b'] : [])]);
  });

  test.each(PHASES)('%s: a challenger that obeys a stop first changes nothing', (...row) => {
    const tunnel = reached(row);
    tunnel.send({ type: 'tunnel.stop' });
    if (tunnel.challenger !== undefined) tunnel.exitChallenger('SIGTERM');
    expect(tunnel.state).toBe('stopping');
    tunnel.exit('SIGTERM');
    expect([tunnel.state, tunnel.done().at(-1)]).toEqual(['stopped', 'gone 1']);
  });

  test('a stop ends a challenger that does not run yet', () => {
    const tunnel = askedTunnel({}, false);
    tunnel.miss(STREAM);
    tunnel.send({ type: 'tunnel.stop' });
    expect(tunnel.done()).toEqual(['probe 1', 'challenge b', 'SIGTERM b', 'SIGTERM 1']);
  });

  test.each(PHASES)('%s: a stop that ssh does not obey is bounded', (...row) => {
    const tunnel = reached(row);
    tunnel.send({ type: 'tunnel.stop' });
    tunnel.advance(4000);
    expect(tunnel.end).toMatchObject({ class: 'ssh-unstoppable' });
    expect(tunnel.challenger).toBeUndefined();
  });

  test.each(PHASES)('%s: the end of the lifetime ends both', (...row) => {
    const tunnel = reached(row);
    tunnel.send({ type: 'lifetime.over' });
    tunnel.exit('SIGTERM');
    expect(tunnel.end).toMatchObject({ class: 'lifetime-over' });
    expect(tunnel.challenger).toBeUndefined();
  });

  const ORDERS: readonly (readonly [string, TunnelEvent])[] = [
    ['a restart', { type: 'tunnel.restart' }],
    ['a forward that was refused', { type: 'forward.refused' }],
  ];
  const DOUBTS = PHASES.filter(([phase]) => phase !== 'stopping.terminating');
  test.each(
    ORDERS.flatMap((order) => DOUBTS.map((row) => [order[0], row[0], order[1], row] as const)),
  )('%s in %s starts ssh anew, and the challenger is ended', (_, __, event, row) => {
    const tunnel = reached(row);
    const hadChallenger = tunnel.challenger !== undefined;
    tunnel.send(event);
    expect(tunnel.done()).toEqual([...(hadChallenger ? ['SIGTERM b'] : []), 'SIGTERM 1']);
    tunnel.exit('SIGTERM', { chance: 0 });
    tunnel.advance(1000);
    if (row[1].asksBeforeStart === true) tunnel.send({ type: 'start.granted' });
    expect(tunnel.done()).toEqual(['gone 1', ...(hadChallenger ? ['SIGKILL b'] : []), 'start 2']);
    expect(tunnel.actor.getSnapshot().context).toMatchObject({ carrier: 'a', challenger: null });
  });

  test('a restart that is ordered during a switch changes nothing', () => {
    const tunnel = silentTunnel();
    tunnel.readyChallenger({ ...STREAM, streams: 0 });
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.send({ type: 'check.failed', reason: 'no page' });
    tunnel.send({ type: 'network.changed' });
    tunnel.exit('SIGTERM');
    expect(tunnel.done().slice(-2)).toEqual(['SIGTERM 1', 'adopt b']);
  });
});
