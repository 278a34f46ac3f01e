/** Where a server is asked to listen for a probe. What it says is the answer, whatever it says. */
export interface ProbePlace {
  /**
   * - `port`: a port that is very likely free. A server that lets forward grants it and takes it back, and nobody writes a line.
   * - `path`: the path of a socket that cannot be.
   */
  readonly kind: 'port' | 'path';
  /** For a path: 0. */
  readonly port: number;
  /** How often it was granted; more than twice is not counted. */
  readonly granted: 0 | 1 | 2;
  /** How many ports before it were granted once, and then refused. */
  readonly kept: number;
}

/** Above Linux' `ip_local_port_range`, and so seldom taken by chance. */
const FREE = { from: 61_001, to: 65_535 } as const;

/** Somebody else may take one port between two probes; two in a row, and each after one grant, the server has kept. */
const KEPT_IS_KEEPING = 2;

/**
 * The place for the first probe of an ssh.
 *
 * It is a port and not "any" (0): dropbear takes back no port that it chose itself, and servers that grant one without naming it make ssh
 * end.
 *
 * @param chance - from 0 to 1: two tunnels to one server are not to meet at one port.
 */
export function firstProbePlace(chance: number): ProbePlace {
  return portAt(chance, 0);
}

/**
 * The place for the next probe, when the server has answered.
 *
 * What is refused may be somebody else's by now, so another port is asked for. A server that refuses again and again what it granted once
 * does not take forwards back (dropbear): it would write a line for each probe, and each port would be one more that stays, so it is asked
 * for a path. OpenSSH would write a line for a path, but none for a port where `AllowTcpForwarding` forbids them all.
 *
 * @param chance - from 0 to 1, as for the first.
 */
export function probePlaceAfter(place: ProbePlace, isGranted: boolean, chance: number): ProbePlace {
  if (place.kind === 'path') return place;
  if (isGranted) return place.granted === 2 ? place : { ...place, granted: grantedOnceMore(place) };
  const kept = place.granted === 1 ? place.kept + 1 : place.kept;
  if (kept < KEPT_IS_KEEPING) return portAt(chance, kept);
  return { kind: 'path', port: 0, granted: 0, kept };
}

function grantedOnceMore({ granted }: ProbePlace): 1 | 2 {
  return granted === 0 ? 1 : 2;
}

function portAt(chance: number, kept: number): ProbePlace {
  const port = FREE.from + Math.floor(chance * (FREE.to - FREE.from + 1));
  return { kind: 'port', port: Math.min(port, FREE.to), granted: 0, kept };
}
