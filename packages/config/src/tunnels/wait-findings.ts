import type { Draft } from './draft.ts';
import type { Finding } from './finding.ts';
import type { KeyPath } from './key-positions.ts';

/** Names of the tunnels a tunnel waits for, and where each is named. */
type Waits = ReadonlyMap<string, KeyPath>;

/** Tunnels that wait for each other in a circle, one finding for a circle: none of them would ever start. */
export function waitFindings(drafts: readonly Draft[]): readonly Finding[] {
  const waits = new Map<string, Waits>();
  for (const { name, after } of drafts) {
    waits.set(name, new Map(after.map(({ value, path }) => [value, path])));
  }
  const startable = findStartable(waits);
  const seen = new Set<string>(startable);
  return drafts.flatMap(({ name }) => {
    const circle = findCircle(name, waits, seen);
    return circle === undefined ? [] : [circleFinding(circle, waits)];
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

function circleFinding(circle: readonly string[], waits: ReadonlyMap<string, Waits>): Finding {
  const [first, last] = [circle[0]!, circle.at(-1)!];
  const way = [...circle, first].join(' -> ');
  return {
    code: 'endless-wait',
    path: waits.get(last)!.get(first)!,
    part: 'value',
    wrong: circle.length === 1 ? `${first} waits for itself` : `endless wait: ${way}`,
    allowed: 'after takes tunnels that do not wait for this one',
  };
}
