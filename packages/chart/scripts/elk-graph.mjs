// A sized chart as a graph for elkjs: each container is laid out alone, arrows are cut where they cross its edge.
import { ARRANGEMENT, SIDES } from './tunnel-plan.mjs';

/** CSS pixels: the dot that says where a state begins. */
const DOT = 10;

/** CSS pixels around the states in a state. */
const PADDING = 18;

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.hierarchyHandling': 'SEPARATE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  // A chart reads from where it begins, in the order of its definition.
  'elk.layered.cycleBreaking.strategy': 'DFS_NODE_ORDER',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.thoroughness': '40',
  'elk.layered.spacing.nodeNodeBetweenLayers': '22',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
  'elk.spacing.nodeNode': '20',
  'elk.spacing.edgeNode': '14',
  'elk.spacing.edgeEdge': '12',
  'elk.spacing.portPort': '14',
};

export function elkGraph(sized, extraWidths) {
  const tree = treeOf(sized);
  const ports = new Map();
  const edges = new Map();
  const pieces = sized.arrows.map((arrow, index) => piecesOf(arrow, index, tree, ports, edges));
  for (const { path, initial } of sized.states) {
    if (initial === null) continue;
    const inner = tree.lineage(initial);
    const outer = tree.lineage(path);
    push(edges, path, initialEdge(path, inner[outer.length]));
  }
  const node = (id) => {
    const state = tree.states.get(id);
    const members = tree.members(id);
    const base = { id: stateId(id), ports: ports.get(id) ?? [] };
    const constraint = base.ports.length > 0 ? { 'elk.portConstraints': 'FIXED_SIDE' } : {};
    if (members.length === 0)
      return { ...base, width: state.width, height: state.height, layoutOptions: constraint };
    const side = state === undefined ? 0 : PADDING + (extraWidths.get(id) ?? 0) / 2;
    const pad = state === undefined ? 0 : PADDING;
    const padding = `[top=${(state?.height ?? 0) + pad},left=${side},bottom=${pad},right=${side}]`;
    const direction = ARRANGEMENT[id]?.direction ?? 'DOWN';
    const initial = state?.initial ?? null;
    return {
      ...base,
      layoutOptions: { ...OPTIONS, 'elk.direction': direction, 'elk.padding': padding, ...constraint },
      children: [
        ...(initial === null ? [] : [{ id: dotId(id), width: DOT, height: DOT }]),
        ...members.map(node),
      ],
      edges: edges.get(id) ?? [],
    };
  };
  const graph = { id: 'canvas', layoutOptions: OPTIONS, children: [node('')] };
  return { graph, pieces };
}

function push(map, key, value) {
  map.set(key, [...(map.get(key) ?? []), value]);
}

/** The states and groups, each in what it stands in. */
function treeOf({ states }) {
  const parents = new Map(states.map(({ path, parent }) => [path, parent]));
  for (const [outer, { members }] of Object.entries(ARRANGEMENT))
    for (const member of members) parents.set(member, outer);
  const lineage = (id) => (id === null ? [] : [...lineage(parents.get(id) ?? null), id]);
  return {
    states: new Map(states.map((state) => [state.path, state])),
    members: (id) =>
      ARRANGEMENT[id]?.members ?? states.filter(({ parent }) => parent === id).map(({ path }) => path),
    lineage,
  };
}

function piecesOf(arrow, index, tree, ports, edges) {
  const { source, target, isInner, width, height } = arrow;
  const [leave, enter] = SIDES[`${source} -> ${target}`] ?? [];
  const [from, to] = [tree.lineage(source), tree.lineage(target)];
  if (source === target) {
    const at = from.at(-2);
    const edge = { id: `${arrowId(index)} 0`, sources: [stateId(source)], targets: [stateId(source)], labels: labelOf(arrow) };
    push(edges, at, edge);
    return [edge.id];
  }
  const common = from.findIndex((id, depth) => id !== to[depth]);
  const depth = (common === -1 ? from.length : common) - 1;
  const point = (id, side, kind) => {
    if (side === undefined) return stateId(id);
    const port = `${arrowId(index)} ${kind} ${id}`;
    push(ports, id, { id: port, width: 0, height: 0, layoutOptions: { 'elk.port.side': side } });
    return port;
  };
  const ends = [];
  // Out of the innermost, up to the common one.
  const out = from.slice(depth + 1).toReversed().map((id) => ({ id, at: point(id, leave, 'out') }));
  const into = to.slice(depth + 1).map((id) => ({ id, at: point(id, enter, 'in') }));
  const start = isInner ? [{ id: source, at: point(source, leave, 'out') }] : out;
  const all = [...start, ...into];
  const result = [];
  let labelled = false;
  for (let step = 1; step < all.length; step += 1) {
    const [a, b] = [all[step - 1], all[step]];
    const [la, lb] = [tree.lineage(a.id), tree.lineage(b.id)];
    const isMiddle = !labelled && (isInner ? step === 1 : a.id === out.at(-1).id);
    const container = lb.length === la.length ? la.at(-2) : lb.length > la.length ? a.id : b.id;
    const id = `${arrowId(index)} ${step}`;
    if (isMiddle) labelled = true;
    push(edges, container, { id, sources: [a.at], targets: [b.at], labels: isMiddle ? labelOf(arrow) : [] });
    result.push(id);
  }
  return result;
}

function labelOf({ width, height }) {
  const layoutOptions = { 'elk.edgeLabels.inline': 'true', 'elk.edgeLabels.placement': 'CENTER' };
  return height === 0 ? [] : [{ text: ' ', width, height, layoutOptions }];
}

function initialEdge(path, target) {
  return {
    id: initialId(path),
    sources: [dotId(path)],
    targets: [stateId(target)],
    layoutOptions: { 'elk.layered.priority.direction': '100' },
  };
}

export const stateId = (path) => `state ${path}`;
export const arrowId = (index) => `arrow ${index}`;
export const initialId = (path) => `initial ${path}`;
const dotId = (path) => `dot ${path}`;
