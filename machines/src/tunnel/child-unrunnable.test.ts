import { describe, expect, test } from 'vitest';
import { factsOf, fleetTunnel } from '../../../test/properties/support/fleet-tunnel.ts';
import { reportOf } from '../../../test/properties/support/steps.ts';

describe('an ssh that cannot be executed', () => {
  test('for good is a failure of the tunnel', () => {
    const tunnel = fleetTunnel();
    tunnel.refuseToRun('/no/ssh: No such file or directory', { failure: reportOf('usage') });
    expect(tunnel.states).toEqual(['connecting', 'failed']);
    expect(tunnel.end).toEqual({
      class: 'ssh-not-runnable',
      exitStatus: 1,
      sentence: '/no/ssh: No such file or directory',
    });
    expect(tunnel.actor.getSnapshot().context.failures).toMatchObject({
      last: reportOf('usage'),
      verdict: 'fail',
    });
  });

  test('for now is tried again', () => {
    const tunnel = fleetTunnel();
    const evidence = { failure: reportOf('unknown'), chance: 0 };
    tunnel.refuseToRun('/usr/bin/ssh: Resource temporarily unavailable', evidence);
    expect(tunnel.states).toEqual(['connecting', 'backoff']);
    tunnel.advance(1000);
    expect(tunnel.states).toEqual(['connecting', 'backoff', 'connecting']);
  });

  test('is a failure of the tunnel where nobody knows why', () => {
    const tunnel = fleetTunnel();
    tunnel.refuseToRun();
    expect(tunnel.end?.class).toBe('ssh-not-runnable');
  });

  test.each([
    ['tunnel.stop', null],
    ['lifetime.over', null],
    ['tunnel.stop', { starts: 0, periodMs: 1000 }],
    ['lifetime.over', { starts: 0, periodMs: 1000 }],
  ] as const)(
    'for now is not tried again after %s, and is called what it is (at most %j)',
    (type, restartIntensity) => {
      const tunnel = fleetTunnel({ restartIntensity });
      tunnel.send({ type });
      tunnel.refuseToRun('try later', { failure: reportOf('unknown') });
      expect(tunnel.states).toEqual(['connecting', 'stopping', 'failed']);
      expect(tunnel.end?.class).toBe('ssh-not-runnable');
    },
  );

  test('for now is tried again after a restart that an operator wanted, and counted', () => {
    const tunnel = fleetTunnel();
    tunnel.send({ type: 'tunnel.restart' });
    tunnel.refuseToRun('try later', { failure: reportOf('unknown'), chance: 1 });
    expect(factsOf(tunnel, 'backoff.began').at(-1)).toMatchObject({
      graceSeconds: 2,
      failure: reportOf('unknown'),
    });
  });
});
