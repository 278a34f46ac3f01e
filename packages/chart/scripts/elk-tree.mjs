import { ARRANGEMENT, SIDES } from './tunnel-plan.mjs';

export function treeOf({ states, arrows }) {
  const parents = new Map(states.map(({ path, parent }) => [path, parent]));
  for (const [outer, { members }] of Object.entries(ARRANGEMENT).filter(([, { members }]) => members !== undefined))
    for (const member of members) parents.set(member, outer);
  const lineage = (id) => (id === null ? [] : [...lineage(parents.get(id) ?? null), id]);
  const byPath = new Map(states.map((state) => [state.path, state]));
  const members = (id) =>
    ARRANGEMENT[id]?.members ?? states.filter(({ parent }) => parent === id).map(({ path }) => path);
  const tree = { byPath, members, lineage, parents, arrows, states };
  const pieces = arrows.map((arrow, index) => piecesOf(arrow, index, tree));
  return { ...tree, pieces };
}

/** An arrow, cut where it crosses the edge of a container. */
function piecesOf(arrow, index, tree) {
  const { source, target, isInner } = arrow;
  const [leave, enter] = SIDES[`${source} -> ${target}`] ?? [];
  const [from, to] = [tree.lineage(source), tree.lineage(target)];
  if (source === target)
    return [{ id: `${index} 0`, arrow: index, container: from.at(-2), from: { node: source, side: leave, port: `${index} out ${source}` }, to: { node: source, side: enter, port: `${index} in ${source}` }, hasLabel: true }];
  const common = from.findIndex((id, depth) => id !== to[depth]);
  const depth = (common === -1 ? from.length : common) - 1;
  const out = isInner ? [source] : from.slice(depth + 1).toReversed();
  const end = (kind, side) => (node) => ({ node, side, port: `${index} ${kind} ${node}` });
  const ends = [...out.map(end('out', leave)), ...to.slice(depth + 1).map(end('in', enter))];
  const fits = (container, side) => side !== undefined && ['EAST', 'WEST'].includes(side) === (ARRANGEMENT[container]?.direction === 'RIGHT');
  const pieces = ends.slice(1).map((to, step) => {
    const from = ends[step];
    const container = tree.parents.get(to.node) === from.node ? from.node : tree.parents.get(from.node) === to.node ? to.node : tree.parents.get(to.node);
    return { id: `${index} ${step}`, arrow: index, container, from, to, hasLabel: step === out.length - 1 };
  });
  const better = isInner ? pieces.findIndex(({ container, from, to }) => from.side === to.side && fits(container, to.side)) : -1;
  if (better === -1) return pieces;
  return pieces.map((piece, step) => ({ ...piece, hasLabel: step === better }));
}
