import { describe, expect, test } from 'vitest';
import {
  factsOf,
  failWith,
  fleetTunnel,
  proveHealthy,
} from '../../../test/properties/support/fleet-tunnel.ts';
import { reportOf } from '../../../test/properties/support/steps.ts';

const MISSED = { type: 'heartbeat.missed', reason: 'no answer' } as const;

describe('more restarts in a time than allowed', () => {
  const restartIntensity = { starts: 3, periodMs: 60_000 };

  test('end the tunnel', () => {
    const tunnel = fleetTunnel({ restartIntensity });
    for (let drop = 0; drop < 3; drop += 1) {
      failWith(tunnel, 'unreachable', 0);
      tunnel.advance(500);
    }
    expect(tunnel.state).toBe('connecting');
    failWith(tunnel, 'throttled');
    expect(tunnel.end).toEqual({
      class: 'restarts-too-frequent',
      exitStatus: 1,
      sentence: 'more than 3 restarts within 60 s, at last because: it looked throttled',
    });
    expect(factsOf(tunnel, 'child.ended').map(({ verdict }) => verdict)).toEqual([
      'restart',
      'restart',
      'restart',
      'fail',
    ]);
  });

  test.each([
    [20_000, 'failed'],
    [20_001, 'connecting'],
  ])('are counted over the time: one each %i ms, %s', (everyMs, state) => {
    const tunnel = fleetTunnel({ restartIntensity, hasHeartbeat: false });
    for (let drop = 0; drop < 4; drop += 1) {
      tunnel.advance(drop === 0 ? 0 : everyMs);
      failWith(tunnel, 'unreachable', 0);
    }
    tunnel.advance(500);
    expect(tunnel.state).toBe(state);
  });

  test('count those for a heartbeat, a forward and a check as well', () => {
    const tunnel = fleetTunnel({ restartIntensity: { starts: 2, periodMs: 60_000 } });
    proveHealthy(tunnel);
    tunnel.advance(5000);
    tunnel.beat(MISSED);
    tunnel.beat(MISSED);
    tunnel.exit(0);
    tunnel.refuseForward(reportOf('remote-port-held'));
    tunnel.exit(0);
    tunnel.send({ type: 'tunnel.retry' });
    tunnel.send({ type: 'check.failed', reason: 'no page' });
    tunnel.exit(0);
    expect(tunnel.end?.sentence).toBe('more than 2 restarts within 60 s, at last because: no page');
  });

  test('count an ssh that could not be executed for now', () => {
    const tunnel = fleetTunnel({ restartIntensity: { starts: 0, periodMs: 60_000 } });
    tunnel.refuseToRun('try later', { failure: reportOf('unknown') });
    expect(tunnel.end).toMatchObject({
      class: 'restarts-too-frequent',
      sentence: 'more than 0 restarts within 60 s, at last because: it looked unknown',
    });
  });
});
