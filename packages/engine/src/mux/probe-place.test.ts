import { expect, it } from 'vitest';
import { firstProbePlace, type ProbePlace, probePlaceAfter } from './probe-place.ts';

/** A server's answer to a port, and whether it takes the port back. */
type Server = (port: number) => boolean;

/** The places of so many probes; each chance differs from the one before. */
function placesOf(server: Server, probes: number): ProbePlace[] {
  const places = [firstProbePlace(0)];
  for (let asked = 1; asked < probes; asked += 1) {
    const last = places.at(-1)!;
    places.push(probePlaceAfter(last, server(last.port), asked / probes));
  }
  return places;
}

const portsOf = (places: readonly ProbePlace[]) => [...new Set(places.map(({ port }) => port))];

it('is a port above the ephemeral ones, whatever chance says', () => {
  for (const chance of [0, 0.5, 0.999_999, 1]) {
    const { kind, port } = firstProbePlace(chance);
    expect(kind).toBe('port');
    expect(port).toBeGreaterThan(61_000);
    expect(port).toBeLessThan(65_536);
  }
});

it('stays while the server grants it and takes it back', () => {
  expect(portsOf(placesOf(() => true, 50))).toHaveLength(1);
});

it('leaves two ports, then asks for a path, where the server keeps what it grants', () => {
  const kept = new Set<number>();
  const dropbear: Server = (port) => port !== 0 && !kept.has(port) && kept.add(port).has(port);
  const places = placesOf(dropbear, 50);
  expect(kept.size).toBe(2);
  expect(places.slice(0, 5).map(({ kind }) => kind)).toEqual([
    'port',
    'port',
    'port',
    'port',
    'path',
  ]);
  expect(new Set(places.slice(4).map(({ kind }) => kind))).toEqual(new Set(['path']));
});

it('asks for a path at such a server though its first port is that of another tunnel', () => {
  const kept = new Set([firstProbePlace(0).port]);
  const dropbear: Server = (port) => port !== 0 && !kept.has(port) && kept.add(port).has(port);
  expect(placesOf(dropbear, 50).at(-1)!.kind).toBe('path');
  expect(kept.size).toBe(3);
});

it('never asks for a path where no port is granted: OpenSSH would write a line for each', () => {
  expect(new Set(placesOf(() => false, 50).map(({ kind }) => kind))).toEqual(new Set(['port']));
});

it('goes to another port when somebody took one that was granted and taken back before', () => {
  let asked = 0;
  // Every third probe meets somebody at its port.
  const places = placesOf(() => (asked += 1) % 3 !== 0, 60);
  expect(new Set(places.map(({ kind }) => kind))).toEqual(new Set(['port']));
  expect(portsOf(places)).toHaveLength(20);
});
