import type { FailureClass, TunnelEmitted, TunnelInput } from '@holdfast/machines';
import { steppedTunnel, type SteppedTunnel } from './stepped-tunnel.ts';
import { reportOf } from './steps.ts';

/** What a fleet gives its tunnels, but for the places that have to be asked for. */
export const IN_FLEET: TunnelInput = {
  rules: 'holdfast',
  gateSeconds: 0,
  pollSeconds: 5,
  firstPollSeconds: 60,
  hasHeartbeat: true,
  missesAllowed: 1,
  termGraceSeconds: 2,
};

/** A tunnel of a fleet whose first ssh runs. */
export function fleetTunnel(input: TunnelInput = {}): SteppedTunnel {
  return steppedTunnel({ ...IN_FLEET, ...input });
}

/** ssh ends, and somebody read why. */
export function failWith(tunnel: SteppedTunnel, name: FailureClass, chance?: number): void {
  const failure = reportOf(name);
  tunnel.exit(255, chance === undefined ? { failure } : { failure, chance });
}

/** ssh logs in, and the far end answers. */
export function proveHealthy(tunnel: SteppedTunnel): void {
  tunnel.ready();
  tunnel.answer();
}

/** The far end answers at every poll time, for so many milliseconds. */
export function keepAnswering(tunnel: SteppedTunnel, ms: number): void {
  for (let leftMs = ms; leftMs > 0; leftMs -= 5000) {
    tunnel.advance(Math.min(leftMs, 5000));
    if (tunnel.state === 'probing') tunnel.answer();
  }
}

/** All facts of one kind, in order. */
export function factsOf<TType extends TunnelEmitted['type']>(
  tunnel: SteppedTunnel,
  type: TType,
): readonly Extract<TunnelEmitted, { type: TType }>[] {
  return tunnel.emitted.filter(
    (fact): fact is Extract<TunnelEmitted, { type: TType }> => fact.type === type,
  );
}

/** The waits so far, in seconds; the first one is that before the first start. */
export function waitsOf(tunnel: SteppedTunnel): readonly number[] {
  return factsOf(tunnel, 'backoff.began').map(({ graceSeconds }) => graceSeconds);
}
