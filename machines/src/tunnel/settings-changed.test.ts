import { expect, test } from 'vitest';
import {
  failWith,
  fleetTunnel,
  proveHealthy,
} from '../../../test/properties/support/fleet-tunnel.ts';

test('a new poll time counts from the next probe on', () => {
  const tunnel = fleetTunnel();
  proveHealthy(tunnel);
  tunnel.send({ type: 'settings.changed', settings: { pollSeconds: 20 } });
  tunnel.advance(5000);
  expect(tunnel.probes).toBe(2);
  tunnel.answer();
  tunnel.advance(19_999);
  expect(tunnel.probes).toBe(2);
  tunnel.advance(1);
  expect(tunnel.probes).toBe(3);
});

test('a lower maximum of starts does not touch the ssh that runs', () => {
  const tunnel = fleetTunnel();
  proveHealthy(tunnel);
  tunnel.send({ type: 'settings.changed', settings: { maxStarts: 1 } });
  expect(tunnel.state).toBe('healthy');
  failWith(tunnel, 'dropped');
  expect(tunnel.end?.class).toBe('starts-used-up');
});

test('a new restart intensity counts from the next end on', () => {
  const tunnel = fleetTunnel();
  const restartIntensity = { starts: 1, periodMs: 60_000 };
  failWith(tunnel, 'dropped');
  tunnel.send({ type: 'settings.changed', settings: { restartIntensity } });
  failWith(tunnel, 'dropped');
  expect(tunnel.state).toBe('backoff');
  tunnel.send({ type: 'tunnel.retry' });
  failWith(tunnel, 'dropped');
  expect(tunnel.end?.class).toBe('restarts-too-frequent');
});

test('what is not named stays as it was', () => {
  const tunnel = fleetTunnel({ name: 'db' });
  const { settings } = tunnel.actor.getSnapshot().context;
  tunnel.send({ type: 'settings.changed', settings: { gateSeconds: 7 } });
  expect(tunnel.actor.getSnapshot().context.settings).toEqual({ ...settings, gateSeconds: 7 });
  expect(tunnel.states).toEqual(['connecting']);
});
