import type { FoundTunnel } from './found-tunnel.ts';

/** Leaves room for a port and a number. */
const LONGEST_BASE = 48;

/** Gives one name after the other, none of them twice. */
export type Namer = (tunnel: Pick<FoundTunnel, 'host' | 'forwards'>) => string;

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
