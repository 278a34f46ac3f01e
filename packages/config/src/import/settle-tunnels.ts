import type { Forward } from '@holdfast/engine/forward';
import { isChosen, meet, placeKey } from '../tunnels/listen-places.ts';
import type { FoundTunnel } from './found-tunnel.ts';
import { createNamer } from './tunnel-name.ts';

/** A tunnel that can stand in a file with the others. */
export interface SettledTunnel extends FoundTunnel {
  readonly name: string;
  readonly isEnabled: boolean;
}

interface Listener {
  readonly tunnel: string;
  readonly forward: Forward;
}

/** Who listens where: by machine and port, or path. */
type Taken = Map<string, readonly Listener[]>;

/**
 * Gives each tunnel a name, and makes them fit into one file: what was found twice counts once, and of two that listen at one place the
 * second is not enabled.
 */
export function settleTunnels(found: readonly FoundTunnel[]): readonly SettledTunnel[] {
  const chooseName = createNamer();
  const taken: Taken = new Map();
  return withoutRepeats(found).map((tunnel) => {
    const name = chooseName(tunnel);
    const { forwards, notes: lost } = withoutClashes(tunnel);
    const other = findTaken(taken, tunnel.host, forwards);
    if (other === undefined) {
      for (const forward of forwards) take(taken, tunnel.host, { tunnel: name, forward });
    }
    const clash = other === undefined ? [] : [`not enabled: ${other}`];
    const notes = [...tunnel.notes, ...lost, ...clash];
    return { ...tunnel, name, forwards, notes, isEnabled: other === undefined };
  });
}

/** A crontab may well start one tunnel at boot and every five minutes. */
function withoutRepeats(found: readonly FoundTunnel[]): readonly FoundTunnel[] {
  const seen = new Map<string, FoundTunnel>();
  for (const tunnel of found) {
    const { host, forwards, options } = tunnel;
    const key = JSON.stringify([host, forwards.map(({ kind, text }) => [kind, text]), options]);
    if (!seen.has(key)) seen.set(key, tunnel);
  }
  return [...seen.values()];
}

function withoutClashes({ host, forwards }: FoundTunnel) {
  const taken: Taken = new Map();
  const kept: Forward[] = [];
  const notes: string[] = [];
  for (const forward of forwards) {
    const clash = findListener(taken, host, forward);
    if (clash === undefined) {
      take(taken, host, { tunnel: '', forward });
      kept.push(forward);
    } else if (clash.forward.text !== forward.text) {
      notes.push(`left out: ${forward.text} listens where ${clash.forward.text} does`);
    }
  }
  return { forwards: kept, notes };
}

function findTaken(taken: Taken, host: string, forwards: readonly Forward[]): string | undefined {
  for (const forward of forwards) {
    const other = findListener(taken, host, forward);
    if (other !== undefined) return `${forward.text} listens where tunnel ${other.tunnel} does`;
  }
  return undefined;
}

function findListener(taken: Taken, host: string, forward: Forward): Listener | undefined {
  if (isChosen(forward.listen)) return undefined;
  const others = taken.get(listenKey(host, forward)) ?? [];
  return others.find((other) => meet(other.forward.listen, forward.listen));
}

function take(taken: Taken, host: string, listener: Listener): void {
  const key = listenKey(host, listener.forward);
  taken.set(key, [...(taken.get(key) ?? []), listener]);
}

/** At the far side two tunnels meet only if they name the same host. */
function listenKey(host: string, { kind, listen }: Forward): string {
  return `${kind === 'remote' ? host : ''} ${placeKey(listen)}`;
}
