import { isIPv6 } from 'node:net';
import { listNames, shellWord } from '@holdfast/text';
import type { Forward } from '../forward/forward.ts';
import type { HeldForward } from './held-forwards.ts';
import { describeHolder, endHolder } from './socket-holder.ts';
import type { PathObstacle } from './socket-path.ts';

/** Why a tunnel cannot have a forward, and what can be done about it. Lower case, without a full stop. */
export interface HeldForwardFailure {
  readonly class: 'local-port-held';
  readonly sentence: string;
  readonly remedy: string;
}

/** Most programs that listen there take IPv4 too; the system does not tell. */
const IPV6_ANY = '::';

/** Says what is held: the first forward in full, the others in number. `undefined` if nothing is. */
export function heldForwardFailure(held: readonly HeldForward[]): HeldForwardFailure | undefined {
  const [first] = held;
  if (first === undefined) return undefined;
  const forwards = new Set(held.map(({ forward }) => forward));
  const places = held.filter(({ forward }) => forward === first.forward);
  return {
    class: 'local-port-held',
    sentence: `port ${first.port} is held ${holders(places)}, so ${consequence(first)}${others(forwards.size - 1)}`,
    remedy: remedy(first),
  };
}

/** Says that ssh does not listen where nobody else does. `said`: in whose words it refused to. */
export function missingForwardFailure(
  { text }: Forward,
  said: string | undefined,
): Omit<HeldForwardFailure, 'class'> & { readonly class: 'unknown' } {
  return {
    class: 'unknown',
    sentence: `ssh does not listen for the forward ${text}${said === undefined ? '' : `: ${said}`}`,
    remedy: 'take ClearAllForwardings out of the options of the tunnel, if it is there',
  };
}

/**
 * Says what is in the way of a forward's Unix socket.
 *
 * @internal For the packages of Holdfast.
 */
export function pathFailure(obstacle: PathObstacle): HeldForwardFailure {
  return { class: 'local-port-held', ...pathWords(obstacle) };
}

function pathWords(obstacle: PathObstacle): Pick<HeldForwardFailure, 'sentence' | 'remedy'> {
  const { path } = obstacle;
  switch (obstacle.kind) {
    case 'held': {
      const { holder } = obstacle;
      const end = endHolder(holder);
      return {
        sentence: `${describeHolder(holder)} listens at the socket ${path}`,
        remedy: `${end}, or choose another path`,
      };
    }
    case 'occupied':
      return {
        sentence: `at ${path}, where a socket is to be, is ${obstacle.what}: it was left alone`,
        remedy: 'move it away, or choose another path',
      };
    case 'no folder':
      return {
        sentence: `the folder of the socket ${path} is missing, so nothing can listen there`,
        remedy: `make it (mkdir -p ${shellWord(obstacle.folder)}), or choose another path`,
      };
    case 'stuck':
      return {
        sentence: `the socket ${path} was left behind, and cannot be removed: ${obstacle.reason}`,
        remedy: `remove it (rm ${shellWord(path)}), or choose a folder of your own`,
      };
  }
}

function holders(places: readonly HeldForward[]): string {
  const addresses = new Map<string, string[]>();
  for (const place of places) {
    const holder = describeHolder(place.holder);
    addresses.set(holder, [...(addresses.get(holder) ?? []), bracketed(place.address)]);
  }
  return listNames([...addresses].map(([holder, at]) => `at ${listNames(at)} by ${holder}`));
}

function consequence({ isHalf, holderAddress, forward }: HeldForward): string {
  if (!isHalf) return `the forward ${forward.text} would not work`;
  return holderAddress === IPV6_ANY
    ? 'half of the forward at most would work'
    : 'only half of the forward would work';
}

function others(count: number): string {
  if (count === 0) return '';
  return count === 1 ? '; one more forward is held' : `; ${count} more forwards are held`;
}

function remedy({ port, isHalf, address, holder, holderAddress }: HeldForward): string {
  const end = endHolder(holder, `end that program (ss -ltnp sport = :${port})`);
  if (!isHalf || holderAddress === IPV6_ANY) return `${end}, or choose another port`;
  return `${end}, or listen at one address only: ${bracketed(twinOf(address))}:${port}:…`;
}

function twinOf(address: string): string {
  if (address === '::') return '0.0.0.0';
  if (address === '0.0.0.0') return '::';
  return address === '::1' ? '127.0.0.1' : '::1';
}

function bracketed(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}
