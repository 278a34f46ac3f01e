/** Where a server is asked to listen for a probe. What it says is the answer, whatever it says. */
export interface ProbePlace {
  /**
   * - `free`: a port that is very likely free. A server that lets forward grants it and takes it back, and nobody writes a line.
   * - `reserved`: a port that only root may have, and nobody has.
   * - `path`: the path of a socket that cannot be.
   */
  readonly kind: 'free' | 'reserved' | 'path';
  /** For a path: 0. */
  readonly port: number;
  /** Whether it was granted before. */
  readonly wasGranted: boolean;
}

/** Above Linux' `ip_local_port_range`, and so seldom taken by chance. */
const FREE = { from: 61_001, to: 65_535 } as const;

/** IANA keeps 225 to 241 reserved, and no system gives them away (`bindresvport()` begins at 512). */
const RESERVED_PORT = 225;

/**
 * The place for the first probe of an ssh.
 *
 * It is a port and not "any" (0): dropbear takes back no port that it chose itself, and servers that grant one without naming it make ssh
 * end.
 *
 * @param chance - from 0 to 1: two tunnels to one server are not to meet at one port.
 */
export function firstProbePlace(chance: number): ProbePlace {
  const port = FREE.from + Math.floor(chance * (FREE.to - FREE.from + 1));
  return { kind: 'free', port: Math.min(port, FREE.to), wasGranted: false };
}

/**
 * The place for the next probe, when the server has answered.
 *
 * A server that refuses what it granted before does not take forwards back (dropbear), and is asked for that place no more: it would write
 * a line each time, and another port would be one more that stays. Who refuses the first may refuse all of them (`AllowTcpForwarding
 * no`), which OpenSSH does without a line for ports, but not for paths.
 */
export function probePlaceAfter(place: ProbePlace, isGranted: boolean): ProbePlace {
  if (isGranted) return place.wasGranted ? place : { ...place, wasGranted: true };
  if (place.kind === 'free') return { kind: 'reserved', port: RESERVED_PORT, wasGranted: false };
  return place.wasGranted ? { kind: 'path', port: 0, wasGranted: false } : place;
}
