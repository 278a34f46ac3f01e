import type { TunnelSpec } from '@holdfast/engine';
import type { Forward } from '@holdfast/engine/forward';
import { isChosen, meet, placeKey } from '../tunnels/listen-places.ts';
import type { FoundTunnel } from './found.ts';

/** A tunnel that can stand in a file with the others. */
export interface SettledTunnel extends FoundTunnel {
  readonly name: string;
  readonly isEnabled: boolean;
}

/** A tunnel that the file has already. */
export type ExistingTunnel = Pick<TunnelSpec, 'name' | 'host' | 'forwards' | 'options' | 'enabled'>;

interface Listener {
  readonly tunnel: string;
  readonly forward: Forward;
}

/** Who listens where: by machine and port, or path. */
type Taken = Map<string, readonly Listener[]>;

/**
 * Gives each tunnel a name, and makes them fit into one file, with what is in it already: what was found twice counts once, and of two that
 * listen at one place the second is not enabled.
 */
export function settleTunnels(found: readonly FoundTunnel[], existing: readonly ExistingTunnel[]) {
  const chooseName = createNamer(existing.map(({ name }) => name));
  const taken: Taken = new Map();
  for (const { name, host, forwards, enabled } of existing) {
    if (enabled) for (const forward of forwards) take(taken, host, { tunnel: name, forward });
  }
  const known = new Map(existing.map((tunnel) => [identity(tunnel), tunnel.name]));
  const notes: string[] = [];
  const tunnels = withoutRepeats(found).flatMap((tunnel): readonly SettledTunnel[] => {
    const before = known.get(identity(tunnel));
    if (before === undefined) return [settle(tunnel, chooseName(tunnel), taken)];
    notes.push(`${tunnel.host} is already in the tunnels file, as ${before}`);
    return [];
  });
  return { tunnels, notes };
}

function settle(tunnel: FoundTunnel, name: string, taken: Taken): SettledTunnel {
  const { forwards, notes: lost } = withoutClashes(tunnel);
  const other = findTaken(taken, tunnel.host, forwards);
  const why = other ?? tunnel.unfinished;
  if (why === undefined) {
    for (const forward of forwards) take(taken, tunnel.host, { tunnel: name, forward });
  }
  const clash = why === undefined ? [] : [`not enabled: ${why}`];
  const notes = [...tunnel.notes, ...lost, ...clash];
  return { ...tunnel, name, forwards, notes, isEnabled: why === undefined };
}

/** What makes a tunnel the same as another, whatever it is called. */
function identity({ host, forwards, options }: Pick<FoundTunnel, 'host' | 'forwards' | 'options'>) {
  const texts = forwards.map(({ kind, text }) => `${kind} ${text}`).toSorted();
  return JSON.stringify([host, texts, options]);
}

/** A crontab may well start one tunnel at boot and every five minutes. */
function withoutRepeats(found: readonly FoundTunnel[]): readonly FoundTunnel[] {
  const seen = new Map<string, FoundTunnel>();
  for (const tunnel of found) {
    const key = identity(tunnel);
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

/** Leaves room for a port and a number. */
const LONGEST_BASE = 48;

/** Gives one name after the other, none of them twice. */
type Namer = (tunnel: Pick<FoundTunnel, 'host' | 'forwards'>) => string;

/** Names tunnels after their hosts, with the port of the first forward, or a number, where that is not enough. */
export function createNamer(existing: readonly string[] = []): Namer {
  const taken = new Set<string>(existing);
  const numbers = new Map<string, number>();
  return ({ host, forwards }) => {
    const base = hostName(host);
    const listen = forwards[0]?.listen;
    const longer = listen?.kind === 'tcp' ? `${base}-${listen.port}` : base;
    let name = taken.has(base) ? longer : base;
    let number = numbers.get(longer) ?? 1;
    while (taken.has(name)) {
      number += 1;
      name = `${longer}-${number}`;
    }
    numbers.set(longer, number);
    taken.add(name);
    return name;
  };
}

/** The first part of a name, the whole of an address. */
function hostName(host: string): string {
  const place = host
    .replace(/^ssh:\/\//i, '')
    .replace(/^.*@/s, '')
    .replace(/:\d*\/?$/, '');
  const isAddress = /^[\d.]+$/.test(place) || place.includes(':');
  const name = isAddress ? place : place.replace(/\..*$/s, '');
  const letters = name.replaceAll(/[^A-Za-z0-9_-]+/g, '-').replaceAll(/^[_-]+|[_-]+$/g, '');
  return letters.slice(0, LONGEST_BASE) || 'tunnel';
}
