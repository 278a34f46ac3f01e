import { describe, expect, test } from 'vitest';
import { factsOf, fleetTunnel } from '../../../test/properties/support/fleet-tunnel.ts';
import {
  steppedTunnel,
  type SteppedTunnel,
} from '../../../test/properties/support/stepped-tunnel.ts';

const MISSED = { type: 'heartbeat.missed', reason: 'no answer' } as const;
const UNSENT = { type: 'heartbeat.unsent', reason: 'ssh closed its control socket' } as const;
const HOUR_MS = 3_600_000;

const watched = (input: Parameters<typeof fleetTunnel>[0] = {}) =>
  fleetTunnel({ aliveLimitSeconds: 60, ...input });

/** Until the next ssh runs. */
function awaitStart(tunnel: SteppedTunnel): void {
  const { starts } = tunnel.actor.getSnapshot().context;
  while (tunnel.actor.getSnapshot().context.starts === starts) tunnel.advance(1000);
}

function endAtFirstProbe(tunnel: SteppedTunnel): void {
  tunnel.ready();
  tunnel.exit(255);
  awaitStart(tunnel);
}

function beSilentToFirstProbe(tunnel: SteppedTunnel): void {
  tunnel.ready();
  tunnel.beat(MISSED);
  tunnel.beat(MISSED);
  tunnel.exit(0);
  awaitStart(tunnel);
}

const phaseOf = (tunnel: SteppedTunnel) => tunnel.actor.getSnapshot().context.untaken.phase;
const leftOut = (tunnel: SteppedTunnel) =>
  factsOf(tunnel, 'probes.left-out').map(({ why, isSure }) => [why, isSure]);

describe('a server that ends ssh at its first probe', () => {
  test('is left unasked after the second time, when ssh lives without', () => {
    const tunnel = watched();
    endAtFirstProbe(tunnel);
    endAtFirstProbe(tunnel);
    const { probes } = tunnel;
    tunnel.ready();
    expect(tunnel.states.slice(-2)).toEqual(['connecting', 'healthy']);
    tunnel.advance(10 * HOUR_MS);
    expect(tunnel.probes).toBe(probes);
    expect(leftOut(tunnel)).toEqual([
      ['ended', false],
      ['ended', true],
    ]);
    expect(tunnel.actor.getSnapshot().context.starts).toBe(3);
  });

  test('is asked again by the first ssh that begins an hour later', () => {
    const tunnel = watched();
    endAtFirstProbe(tunnel);
    endAtFirstProbe(tunnel);
    tunnel.ready();
    tunnel.advance(60_000);
    tunnel.exit(255);
    awaitStart(tunnel);
    tunnel.ready();
    expect(tunnel.state).toBe('healthy');
    tunnel.advance(HOUR_MS);
    tunnel.exit(255);
    awaitStart(tunnel);
    tunnel.ready();
    expect(tunnel.state).toBe('probing');
    expect(factsOf(tunnel, 'probes.resumed')).toHaveLength(1);
    tunnel.answer();
    expect(phaseOf(tunnel)).toBe('asked');
  });

  test('that would have ended it anyway is not mistaken', () => {
    const tunnel = watched();
    endAtFirstProbe(tunnel);
    endAtFirstProbe(tunnel);
    tunnel.ready();
    tunnel.advance(4000);
    tunnel.exit(255);
    awaitStart(tunnel);
    tunnel.ready();
    expect(tunnel.state).toBe('probing');
    expect(leftOut(tunnel)).toEqual([['ended', false]]);
  });

  test('is one also if its ssh hung up on the probe first', () => {
    const tunnel = watched();
    for (let times = 0; times < 2; times += 1) {
      tunnel.ready();
      tunnel.beat(UNSENT);
      expect(tunnel.state).toBe('connecting');
      tunnel.advance(5000);
      tunnel.exit(255);
      awaitStart(tunnel);
    }
    expect(phaseOf(tunnel)).toBe('trial');
  });
});

describe('a server that is silent to the first probe', () => {
  test('is left unasked if ssh without probes outlives its own limit', () => {
    const tunnel = watched();
    beSilentToFirstProbe(tunnel);
    beSilentToFirstProbe(tunnel);
    tunnel.ready();
    tunnel.advance(59_999);
    expect(leftOut(tunnel)).toEqual([['silent', false]]);
    tunnel.advance(1);
    expect(leftOut(tunnel)).toEqual([
      ['silent', false],
      ['silent', true],
    ]);
    expect(tunnel.state).toBe('healthy');
  });

  test('is asked once an hour on the ssh that lives, which does not end of it', () => {
    const tunnel = watched();
    beSilentToFirstProbe(tunnel);
    beSilentToFirstProbe(tunnel);
    const { starts } = tunnel.actor.getSnapshot().context;
    tunnel.ready();
    tunnel.advance(60_000);
    for (let hour = 1; hour <= 3; hour += 1) {
      tunnel.advance(HOUR_MS);
      expect(tunnel.state).toBe('probing');
      tunnel.beat(MISSED);
      expect(tunnel.state).toBe('probing');
      tunnel.beat(MISSED);
      expect(tunnel.state).toBe('healthy');
    }
    expect(tunnel.actor.getSnapshot().context.starts).toBe(starts);
    tunnel.advance(HOUR_MS);
    tunnel.answer();
    expect(phaseOf(tunnel)).toBe('asked');
    tunnel.advance(5000);
    expect(tunnel.state).toBe('probing');
  });

  test('is a dead line if ssh without probes does not outlive it', () => {
    const tunnel = watched();
    beSilentToFirstProbe(tunnel);
    beSilentToFirstProbe(tunnel);
    tunnel.ready();
    tunnel.advance(45_000);
    tunnel.exit(255);
    awaitStart(tunnel);
    tunnel.ready();
    expect(tunnel.state).toBe('probing');
    expect(phaseOf(tunnel)).toBe('asked');
  });

  test('is never excused where ssh has no limit of its own', () => {
    const tunnel = watched({ aliveLimitSeconds: 0 });
    for (let times = 0; times < 5; times += 1) beSilentToFirstProbe(tunnel);
    expect(phaseOf(tunnel)).toBe('asked');
  });
});

describe('what is known of a server', () => {
  test('is forgotten at an operator’s restart', () => {
    const tunnel = watched();
    endAtFirstProbe(tunnel);
    endAtFirstProbe(tunnel);
    tunnel.ready();
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.exit(0);
    tunnel.ready();
    expect(tunnel.state).toBe('probing');
    expect(phaseOf(tunnel)).toBe('asked');
  });

  test('begins anew with an answer, and with an ssh that was healthy', () => {
    const tunnel = watched();
    endAtFirstProbe(tunnel);
    tunnel.ready();
    tunnel.answer();
    tunnel.exit(255);
    awaitStart(tunnel);
    endAtFirstProbe(tunnel);
    expect(phaseOf(tunnel)).toBe('asked');
  });

  test('does not change by an ssh that never logged in', () => {
    const tunnel = watched();
    endAtFirstProbe(tunnel);
    tunnel.exit(255);
    awaitStart(tunnel);
    endAtFirstProbe(tunnel);
    expect(phaseOf(tunnel)).toBe('trial');
    tunnel.exit(255);
    awaitStart(tunnel);
    expect(phaseOf(tunnel)).toBe('trial');
  });

  test('is nothing unless it is asked for', () => {
    const tunnel = fleetTunnel();
    for (let times = 0; times < 5; times += 1) endAtFirstProbe(tunnel);
    expect(phaseOf(tunnel)).toBe('asked');
  });

  test('counts under the rules of autossh as well', () => {
    const tunnel = steppedTunnel({
      gateSeconds: 0,
      pollSeconds: 600,
      hasHeartbeat: true,
      aliveLimitSeconds: 0,
    });
    for (let times = 0; times < 2; times += 1) {
      tunnel.advance(600_000);
      expect(tunnel.state).toBe('probing');
      tunnel.exit(255);
    }
    tunnel.advance(60_000);
    expect(tunnel.state).toBe('healthy');
    tunnel.advance(600_000);
    expect([tunnel.state, phaseOf(tunnel)]).toEqual(['healthy', 'unasked']);
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.exit(0);
    tunnel.advance(600_000);
    expect(tunnel.state).toBe('probing');
  });
});

describe('an ssh that does not log in', () => {
  function neverLogIn(tunnel: SteppedTunnel): void {
    while (tunnel.state !== 'stopping') tunnel.advance(1000);
    tunnel.exit(0);
    awaitStart(tunnel);
  }

  test('was never asked, so that its silence says nothing about probes', () => {
    const tunnel = watched({ tellsReady: true });
    for (let nth = 0; nth < 5; nth += 1) neverLogIn(tunnel);
    expect(phaseOf(tunnel)).toBe('asked');
    expect(leftOut(tunnel)).toEqual([]);
  });
});
