import type { Forward } from '@holdfast/engine/forward';
import type { Draft, Placed } from './draft.ts';
import type { Finding } from './finding.ts';
import type { KeyPath, LineColumn } from './key-positions.ts';
import { isChosen, meet, placeKey } from './listen-places.ts';

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
    if (isChosen(value.listen) || (isRemote && host === undefined)) return [];
    return [{ tunnel: name, machine: isRemote ? host! : '', value, path }];
  });
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
