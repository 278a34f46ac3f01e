import type {
  ConnectionSight,
  TunnelEmitted,
  TunnelInput,
  TunnelSnapshot,
} from '@holdfast/machines';
import { IN_FLEET, proveHealthy } from './fleet-tunnel.ts';
import { steppedTunnel, type SteppedTunnel } from './stepped-tunnel.ts';

/** A tunnel of a fleet whose silent ssh is doubted, and challenged. */
export const CHALLENGED: TunnelInput = {
  ...IN_FLEET,
  tellsReady: true,
  patienceSeconds: 300,
  challenges: true,
};

/** A stream is open, and what was not acknowledged is sent again in 1.6 s. */
export const STREAM: ConnectionSight = {
  hasMoved: false,
  resendInMs: 1600,
  hasAddress: true,
  streams: 1,
};

/** Nobody has anything open through the tunnel. */
export const NO_STREAM: ConnectionSight = { ...STREAM, streams: 0 };

/** The bytes of an upload are acknowledged. */
export const UPLOAD: ConnectionSight = { ...STREAM, hasMoved: true };

/** A tunnel, and what has happened to it since its ssh fell silent. */
export interface SilentTunnel extends SteppedTunnel {
  /** The states, with those inside `probing`. */
  readonly phases: string[];
  /** The facts since this was asked last. */
  news(): readonly TunnelEmitted[];
  /** What happened at the holes since this was asked last. */
  done(): readonly string[];
}

/**
 * Its ssh was proved at 0 s, was asked at 5 s, and has not answered: at 6 s the time for the answer is over.
 *
 * @param spawnsAtOnce - whether each challenger runs at once.
 */
export function askedTunnel(input: TunnelInput = {}, spawnsAtOnce = true): SilentTunnel {
  const tunnel = steppedTunnel({ ...CHALLENGED, ...input }, spawnsAtOnce);
  tunnel.send({ type: 'start.granted' });
  if (!spawnsAtOnce) tunnel.spawn();
  proveHealthy(tunnel);
  tunnel.advance(5000);
  tunnel.advance(1000);
  const phases = [phaseOf(tunnel.actor.getSnapshot())];
  tunnel.actor.subscribe((snapshot) => {
    const phase = phaseOf(snapshot);
    if (phase !== phases.at(-1)) phases.push(phase);
  });
  let told = tunnel.emitted.length;
  let did = tunnel.holes.length;
  // Not by spreading: what the tunnel tells by getters would stand still.
  return Object.assign(Object.create(tunnel) as SteppedTunnel, {
    phases,
    news: () => tunnel.emitted.slice(told, (told = tunnel.emitted.length)),
    done: () => tunnel.holes.slice(did, (did = tunnel.holes.length)),
  });
}

/** The same a moment later: it is suspect. */
export function silentTunnel(
  input: TunnelInput = {},
  sight: ConnectionSight | null = STREAM,
): SilentTunnel {
  const tunnel = askedTunnel(input);
  tunnel.miss(sight);
  return tunnel;
}

/** The state of a tunnel with all that is inside it: `suspect.calling.trying`. */
export function phaseOf({ value }: Pick<TunnelSnapshot, 'value'>): string {
  const names: string[] = [];
  let inner: unknown = value;
  while (typeof inner === 'object' && inner !== null) {
    const [[name, next]] = Object.entries(inner) as [[string, unknown]];
    names.push(name);
    inner = next;
  }
  return [...names, String(inner)]
    .filter((name) => name !== 'running' && name !== 'probing' && name !== 'unproven')
    .join('.');
}
