import type { Chart } from '../chart.ts';

/** Words that begin something else in a state diagram. */
const TAKEN = new Set(['state', 'note', 'end', 'class', 'classDef', 'direction', 'as', 'style']);

/** The names of states in a diagram: their own where that is a word and no other state has it, else their paths. */
export function mermaidIds({ states }: Chart): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const used = new Set<string>();
  for (const { path, name, parent } of states) {
    if (parent === null) continue;
    const isOwn = states.filter((other) => other.parent !== null && other.name === name).length < 2;
    const id = isOwn && /^[A-Za-z]\w*$/.test(name) && !TAKEN.has(name) ? name : wordOf(path);
    const unique = used.has(id) ? `${id}_${ids.size}` : id;
    used.add(unique);
    ids.set(path, unique);
  }
  return ids;
}

function wordOf(path: string): string {
  return `s_${path.replaceAll(/\W/g, '_')}`;
}
