import { listNames, nearestWord, quoted } from '@holdfast/text';
import type { Draft, FileFault, Placed } from './draft.ts';
import { NAME_ALLOWED, nameFault } from './schema/names.ts';
import type { KeyPath, LineColumn } from './key-positions.ts';
import type { Forward } from '@holdfast/engine/forward';
import { isChosen, meet, placeKey } from './listen-places.ts';

/** Of long files only so many names are told. */
const MOST_TOLD = 12;

/** The time it takes to compare all names with each other grows with their square. */
const MOST_COMPARED = 500;

/** Names that cannot be names, and names that are no tunnel's or no forward's. */
export function nameFaults(drafts: readonly Draft[]): readonly FileFault[] {
  const names = new Set(drafts.map(({ name }) => name));
  return drafts.flatMap((draft) => [
    ...tunnelName(draft),
    ...unknownTunnels(draft, names),
    ...unknownForwards(draft),
  ]);
}

function tunnelName({ name }: Draft): readonly FileFault[] {
  const fault = nameFault(name);
  if (fault === undefined) return [];
  return [
    {
      code: 'invalid-name',
      path: ['tunnels', name],
      part: 'key',
      wrong: `the name ${quoted(name)} ${fault}`,
      allowed: `a tunnel takes ${NAME_ALLOWED}`,
    },
  ];
}

function unknownTunnels({ name, after }: Draft, names: ReadonlySet<string>): readonly FileFault[] {
  const unknown = after.filter(({ value }) => value !== '' && !names.has(value));
  if (unknown.length === 0) return [];
  const others = [...names].filter((other) => other !== name);
  return unknown.map(({ value, path }) => ({
    code: 'unknown-tunnel',
    path,
    part: 'value',
    wrong: `unknown tunnel ${quoted(value)}`,
    allowed: `after takes names of tunnels in this file: ${told(others)}`,
    nearest: names.size > MOST_COMPARED ? undefined : nearest(value, others),
  }));
}

function unknownForwards({ forwards, checked }: Draft): readonly FileFault[] {
  const texts = forwards.map(({ value }) => value.text);
  const unknown = checked.filter(({ value }) => value !== '' && !texts.includes(value));
  return unknown.map(({ value, path }) => ({
    code: 'unknown-forward',
    path,
    part: 'value',
    wrong: `this tunnel has no forward ${quoted(value)}`,
    allowed: `forward takes one of its forwards as it is written there: ${told(texts)}`,
    nearest: nearest(value, texts),
  }));
}

function nearest(word: string, known: readonly string[]): string | undefined {
  const meant = nearestWord(word, known);
  return meant === undefined ? undefined : quoted(meant);
}

function told(words: readonly string[]): string {
  if (words.length === 0) return 'there are none';
  return listNames(words.map(quoted), MOST_TOLD);
}

/** Names of the tunnels a tunnel waits for, and where each is named. */
type Waits = ReadonlyMap<string, KeyPath>;

/** Tunnels that wait for each other in a circle, one fault for a circle: none of them would ever start. */
export function waitFaults(drafts: readonly Draft[]): readonly FileFault[] {
  const waits = new Map<string, Waits>();
  for (const { name, after } of drafts) {
    waits.set(name, new Map(after.map(({ value, path }) => [value, path])));
  }
  const startable = findStartable(waits);
  const seen = new Set<string>(startable);
  return drafts.flatMap(({ name }) => {
    const circle = findCircle(name, waits, seen);
    return circle === undefined ? [] : [circleFault(circle, waits)];
  });
}

/** All that can start one after the other; a name that no tunnel has holds nobody up here. */
function findStartable(waits: ReadonlyMap<string, Waits>): ReadonlySet<string> {
  const missing = new Map<string, number>();
  const waiters = new Map<string, string[]>();
  for (const [name, waitsFor] of waits) {
    const known = [...waitsFor.keys()].filter((other) => waits.has(other));
    missing.set(name, known.length);
    for (const other of known) waiters.set(other, [...(waiters.get(other) ?? []), name]);
  }
  const ready = [...missing].filter(([, count]) => count === 0).map(([name]) => name);
  // The list grows while it is gone through.
  for (const name of ready) {
    for (const waiter of waiters.get(name) ?? []) {
      const count = missing.get(waiter)! - 1;
      missing.set(waiter, count);
      if (count === 0) ready.push(waiter);
    }
  }
  return new Set(ready);
}

/** Follows the waiting from a tunnel on; whoever was seen on an earlier way is not reported again. */
function findCircle(
  from: string,
  waits: ReadonlyMap<string, Waits>,
  seen: Set<string>,
): readonly string[] | undefined {
  const way: string[] = [];
  const onWay = new Set<string>();
  let name: string | undefined = from;
  while (name !== undefined && !seen.has(name)) {
    seen.add(name);
    onWay.add(name);
    way.push(name);
    const next: string[] = [...waits.get(name)!.keys()].filter((other) => waits.has(other));
    const closing = next.find((other) => onWay.has(other));
    if (closing !== undefined) return way.slice(way.indexOf(closing));
    name = next.find((other) => !seen.has(other));
  }
  return undefined;
}

function circleFault(circle: readonly string[], waits: ReadonlyMap<string, Waits>): FileFault {
  const [first, last] = [circle[0]!, circle.at(-1)!];
  const way = [...circle, first].join(' -> ');
  return {
    code: 'endless-wait',
    path: waits.get(last)!.get(first)!,
    part: 'value',
    wrong: circle.length === 1 ? `${first} waits for itself` : `circular wait: ${way}`,
    allowed: 'after takes tunnels that do not wait for this one',
  };
}

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
export function listenFaults(
  drafts: readonly Draft[],
  place: (path: KeyPath) => LineColumn,
): readonly FileFault[] {
  const taken = new Map<string, Listener[]>();
  return drafts
    .filter(({ isEnabled }) => isEnabled)
    .flatMap(listenersOf)
    .flatMap((listener) => {
      const key = `${listener.machine} ${placeKey(listener.value.listen)}`;
      const others = taken.get(key) ?? [];
      taken.set(key, [...others, listener]);
      const other = others.find(({ value }) => meet(value.listen, listener.value.listen));
      return other === undefined ? [] : [listenFault(listener, other, place(other.path).line)];
    });
}

function listenersOf({ name, host, forwards }: Draft): readonly Listener[] {
  return forwards.flatMap(({ value, path }) => {
    const isRemote = value.kind === 'remote';
    if (isChosen(value.listen) || (isRemote && host === undefined)) return [];
    return [{ tunnel: name, machine: isRemote ? host! : '', value, path }];
  });
}

function listenFault({ value, path, tunnel }: Listener, other: Listener, line: number): FileFault {
  const { listen } = value;
  const place = listen.kind === 'unix' ? listen.path : `port ${listen.port}`;
  const whose = other.tunnel === tunnel ? 'this tunnel' : `tunnel ${other.tunnel}`;
  const where = value.kind === 'remote' ? ` on ${other.machine}` : '';
  return {
    code: 'listens-twice',
    path,
    part: 'value',
    wrong: `${whose} already listens on ${place}${where}, in line ${line}`,
    allowed: 'each forward needs its own port or socket',
  };
}
