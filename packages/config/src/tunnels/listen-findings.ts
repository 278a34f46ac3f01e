import type { Draft, Placed } from './draft.ts';
import type { Finding } from './finding.ts';
import type { Forward, Listen } from './forward.ts';
import type { KeyPath, LineColumn } from './key-positions.ts';

interface Listener extends Placed<Forward> {
  readonly tunnel: string;
  /** The machine it listens on; empty: this one. */
  readonly machine: string;
}

/**
 * Ports and sockets that two forwards want to listen on.
 *
 * Tunnels that are not enabled do not count: they may well be there to take turns with another. At the far side two tunnels meet
 * only if they name the same host; a port of 0 there is chosen by the server.
 */
export function listenFindings(
  drafts: readonly Draft[],
  place: (path: KeyPath) => LineColumn,
): readonly Finding[] {
  const taken = new Map<string, Listener[]>();
  return drafts
    .filter(({ isEnabled }) => isEnabled)
    .flatMap(listenersOf)
    .flatMap((listener) => {
      const key = `${listener.machine} ${placeKey(listener.value.listen)}`;
      const others = taken.get(key) ?? [];
      taken.set(key, [...others, listener]);
      const other = others.find(({ value }) => meet(value.listen, listener.value.listen));
      return other === undefined ? [] : [listenFinding(listener, other, place(other.path).line)];
    });
}

function listenersOf({ name, host, forwards }: Draft): readonly Listener[] {
  return forwards.flatMap(({ value, path }) => {
    const isRemote = value.kind === 'remote';
    const isChosen = value.listen.kind === 'tcp' && value.listen.port === 0;
    if (isChosen || (isRemote && host === undefined)) return [];
    return [{ tunnel: name, machine: isRemote ? host! : '', value, path }];
  });
}

function placeKey(listen: Listen): string {
  return listen.kind === 'unix' ? listen.path : String(listen.port);
}

function meet(one: Listen, other: Listen): boolean {
  if (one.kind === 'unix' || other.kind === 'unix') return one.kind === other.kind;
  const [these, those] = [addresses(one.address), addresses(other.address)];
  const isEverywhere = these === EVERYWHERE || those === EVERYWHERE;
  return isEverywhere || these.some((address) => those.includes(address));
}

const EVERYWHERE: readonly string[] = ['*'];
const LOOPBACK = ['127.0.0.1', '::1'];

/** Without an address ssh listens on both loopback addresses; with an empty one, or `*`, on all. */
function addresses(address: string | undefined): readonly string[] {
  if (address === undefined || address === 'localhost') return LOOPBACK;
  return ['', '*', '0.0.0.0', '::'].includes(address) ? EVERYWHERE : [address];
}

function listenFinding({ value, path, tunnel }: Listener, other: Listener, line: number): Finding {
  const { listen } = value;
  const place = listen.kind === 'unix' ? listen.path : `port ${listen.port}`;
  const whose = other.tunnel === tunnel ? 'this tunnel' : `tunnel ${other.tunnel}`;
  const where = value.kind === 'remote' ? ` on ${other.machine}` : '';
  return {
    code: 'listens-twice',
    path,
    part: 'value',
    wrong: `${whose} listens on ${place}${where} already, in line ${line}`,
    allowed: 'each forward takes a port or socket of its own',
  };
}
