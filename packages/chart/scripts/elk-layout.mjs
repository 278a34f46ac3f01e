import ELK from 'elkjs/lib/elk.bundled.js';
import { ARRANGEMENT } from './tunnel-plan.mjs';
import { treeOf } from './elk-tree.mjs';

const DOT = 10;
const PADDING = 18;
export const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.json.edgeCoords': 'PARENT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'PREFER_NODES',
  'elk.layered.thoroughness': '40',
  'elk.layered.spacing.nodeNodeBetweenLayers': '20',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
  'elk.spacing.nodeNode': '16',
  'elk.spacing.edgeNode': '14',
  'elk.spacing.edgeEdge': '12',
  'elk.spacing.portPort': '14',
};
const SIDE_ORDER = ['NORTH', 'EAST', 'SOUTH', 'WEST'];

export async function placeWithElk(sized) {
  const elk = new ELK();
  const tree = treeOf(sized);
  const containers = [];
  const visit = (id) => {
    if (tree.members(id).length === 0) return;
    tree.members(id).forEach(visit);
    containers.push(id);
  };
  visit('');
  const results = new Map(); // id -> elk result
  const orders = new Map(); // id -> port ids in order
  const run = async (id, isFinal) => {
    let extra = 0;
    for (;;) {
      const canvas = { id: 'canvas', layoutOptions: { 'elk.algorithm': 'fixed' }, children: [graphOf(id, tree, results, orders, isFinal, extra)] };
      const [result] = (await elk.layout(canvas)).children;
      if (process.env.B2) console.log(id, isFinal, result.width, result.height, JSON.stringify(result.ports.map(({id,x,y})=>[id,x,y])));
      const need = (tree.byPath.get(id)?.width ?? 0) - result.width;
      if (need <= 0.01) { results.set(id, withSpread(withStraight(result, tree), tree)); return; }
      extra += need;
    }
  };
  for (const id of containers) await run(id, false);
  for (let round = 0; round < 2; round += 1) {
    for (const id of containers.toReversed()) {
      await run(id, false);
      for (const child of results.get(id).children)
        if ((child.ports ?? []).length > 0) orders.set(child.id, (child.ports ?? []).toSorted(clockwise(child)).map((p) => p.id));
    }
    for (const id of containers) await run(id, true);
  }
  return placedChart(tree, results, sized);
}

function clockwise({ width, height }) {
  const key = ({ x, y, layoutOptions }) => {
    const side = layoutOptions['elk.port.side'];
    const along = { NORTH: x, EAST: y, SOUTH: -x, WEST: -y }[side];
    return SIDE_ORDER.indexOf(side) * 1e6 + along;
  };
  return (a, b) => key(a) - key(b);
}

/** Whether a piece leads from a member to the edge of its container, across the direction of the container. */
export function isStraight({ container, from, to, hasLabel }, tree) {
  if (hasLabel || from.side === undefined || to.side === undefined) return false;
  if (from.node !== container && to.node !== container) return false;
  const direction = ARRANGEMENT[container]?.direction ?? 'DOWN';
  const across = direction === 'DOWN' ? ['EAST', 'WEST'] : ['NORTH', 'SOUTH'];
  return across.includes(from.side) && from.side === to.side;
}

function straightPortsOf(id, tree) {
  return tree.pieces.flat().filter((piece) => piece.container === id && isStraight(piece, tree)).map(({ from, to }) => {
    const [own, inner] = from.node === id ? [from, to] : [to, from];
    return { own, inner };
  });
}

function portsOf(id, tree) {
  const ends = tree.pieces.flat().flatMap(({ from, to }) => [from, to]);
  return [...new Map(ends.filter(({ node, side }) => node === id && side).map((end) => [end.port, end])).values()];
}

function graphOf(id, tree, results, orders, isFinal, extra) {
  const state = tree.byPath.get(id);
  const pad = state === undefined ? 0 : PADDING;
  const side = pad + extra / 2;
  const ordered = orders.get(id);
  const straight = straightPortsOf(id, tree);
  const skipped = new Set(straight.map(({ own }) => own.port));
  const ports = portsOf(id, tree).filter(({ port }) => !skipped.has(port)).map(({ port, side }) => ({
    id: port, width: 0, height: 0,
    layoutOptions: { 'elk.port.side': side, ...(ordered ? { 'elk.port.index': String(ordered.indexOf(port)) } : {}) },
  }));
  const inner = tree.pieces.flat().filter((piece) => piece.container === id && !isStraight(piece, tree));
  const used = new Set(inner.flatMap(({ from, to }) => [from.port, to.port]));
  const dotted = tree.states.filter(({ initial }) => initial !== null && tree.parents.get(initial) === id);
  return {
    id,
    layoutOptions: {
      ...OPTIONS,
      'elk.direction': ARRANGEMENT[id]?.direction ?? 'DOWN',
      'elk.padding': `[top=${(state?.height ?? 0) + pad},left=${side},bottom=${pad},right=${side}]`,
      ...(ARRANGEMENT[id]?.options ?? {}),
      ...(ports.length > 0 ? { 'elk.portConstraints': ordered ? 'FIXED_ORDER' : 'FIXED_SIDE' } : {}),
    },
    ports: ports,
    children: [
      ...dotted.map(({ path }) => ({ id: `dot ${path}`, width: DOT, height: DOT })),
      ...tree.members(id).map((member) => child(member, tree, results, isFinal, orders)),
    ],
    edges: [
      ...dotted.map(({ path, initial }) => ({ id: `initial ${path}`, sources: [`dot ${path}`], targets: [initial], layoutOptions: { 'elk.layered.priority.direction': '100' } })),
      ...inner.map((piece) => ({
        id: piece.id,
        ...turned(piece, id),
        labels: piece.hasLabel ? labelOf(tree.arrows[piece.arrow]) : [],
      })),
    ],
  };
}

/** The order in which the ports of a member go straight out of its container, if it is known. */
function outerOrder(id, tree, orders) {
  const container = tree.parents.get(id);
  const order = orders.get(container);
  const straight = straightPortsOf(container, tree).filter(({ inner }) => inner.node === id);
  if (order === undefined || straight.length === 0) return undefined;
  const known = new Map(straight.map(({ own, inner }) => [inner.port, order.indexOf(own.port)]));
  const all = portsOf(id, tree).map(({ port }) => port);
  if (!all.every((port) => known.has(port) )) {
    const own = orders.get(id) ?? all;
    const sorted = [...known.keys()].toSorted((a, b) => known.get(a) - known.get(b));
    return own.map((port) => (known.has(port) ? sorted.shift() : port));
  }
  return all.toSorted((a, b) => known.get(a) - known.get(b));
}

function child(id, tree, results, isFinal, orders) {
  const placed = results.get(id);
  const isGroup = placed !== undefined && !tree.byPath.has(id) && orders.has(id);
  const fixed = placed !== undefined && (isFinal || isGroup);
  const wanted = outerOrder(id, tree, orders);
  const ports = portsOf(id, tree).map(({ port, side }) => {
    const at = fixed ? placed.ports.find((p) => p.id === port) : undefined;
    return { id: port, width: 0, height: 0, ...(at ? { x: at.x, y: at.y } : {}), layoutOptions: { 'elk.port.side': side, ...(wanted ? { 'elk.port.index': String(wanted.indexOf(port)) } : {}) } };
  });
  const { width, height } = placed ?? tree.byPath.get(id);
  const layoutOptions = ports.length === 0 ? {} : { 'elk.portConstraints': fixed ? 'FIXED_POS' : wanted ? 'FIXED_ORDER' : 'FIXED_SIDE' };
  return { id, width, height, ports, layoutOptions };
}

/** elkjs is given all pieces in the direction of their container. */
function turned({ from, to }, container) {
  const ends = [from, to].map(({ side, port, node }) => (side ? port : node));
  const [sources, targets] = isTurned({ from, to, container }) ? ends.toReversed() : ends;
  return { sources: [sources], targets: [targets] };
}

function isTurned({ from, to, container }) {
  const far = (ARRANGEMENT[container]?.direction ?? 'DOWN') === 'DOWN' ? 'SOUTH' : 'EAST';
  return to.side === far && to.node !== container && from.node !== to.node;
}

function labelOf({ width, height }) {
  const layoutOptions = { 'elk.edgeLabels.inline': 'true', 'elk.edgeLabels.placement': 'CENTER' };
  return height === 0 ? [] : [{ text: ' ', width, height, layoutOptions }];
}

const MARGIN = 12;

function withStraight(result, tree) {
  const added = straightPortsOf(result.id, tree).map(({ own, inner }) => {
    const node = result.children.find(({ id }) => id === inner.node);
    const port = node.ports.find(({ id }) => id === inner.port);
    const at = { x: node.x + port.x, y: node.y + port.y };
    const edge = { NORTH: { x: at.x, y: 0 }, SOUTH: { x: at.x, y: result.height }, WEST: { x: 0, y: at.y }, EAST: { x: result.width, y: at.y } }[own.side];
    return { port: { id: own.port, ...edge, layoutOptions: { 'elk.port.side': own.side } }, at, edge, own };
  });
  const pieces = tree.pieces.flat().filter((piece) => piece.container === result.id && isStraight(piece, tree));
  const edges = pieces.map((piece, index) => {
    const { at, edge } = added[index];
    const [startPoint, endPoint] = piece.from.node === result.id ? [edge, at] : [at, edge];
    return { id: piece.id, sections: [{ startPoint, endPoint }] };
  });
  return { ...result, ports: [...result.ports, ...added.map(({ port }) => port)], edges: [...result.edges, ...edges] };
}

/** Ports that nothing in the container leads to are spread along its side, before those that something leads to. */
function withSpread(result, tree) {
  if (!tree.byPath.has(result.id)) return result;
  const used = new Set(tree.pieces.flat().filter(({ container }) => container === result.id).flatMap(({ from, to }) => [from, to]).filter(({ node }) => node === result.id).map(({ port }) => port));
  const ports = result.ports.map((port) => {
    const side = port.layoutOptions['elk.port.side'];
    if (used.has(port.id) || !['EAST', 'WEST'].includes(side)) return port;
    const same = result.ports.filter((other) => other.layoutOptions['elk.port.side'] === side);
    const free = same.filter(({ id }) => !used.has(id));
    const first = Math.min(result.height, ...same.filter(({ id }) => used.has(id)).map(({ y }) => y));
    const sorted = free.toSorted(clockwise(result)).map(({ id }) => id);
    const order = side === 'EAST' ? sorted : sorted.toReversed();
    return { ...port, x: side === 'EAST' ? result.width : 0, y: (first * (order.indexOf(port.id) + 1)) / (free.length + 1) };
  });
  return { ...result, ports };
}

function placedChart(tree, results, sized) {
  const states = {}, edges = new Map();
  const put = (id, x, y) => {
    const { width, height, children, edges: es } = results.get(id);
    if (tree.byPath.has(id)) states[id] = { x, y, width, height };
    for (const each of children) {
      if (results.has(each.id)) put(each.id, x + each.x, y + each.y);
      else if (tree.byPath.has(each.id)) states[each.id] = { x: x + each.x, y: y + each.y, width: each.width, height: each.height };
    }
    for (const edge of es) {
      const [{ startPoint, bendPoints = [], endPoint }] = edge.sections;
      const piece = tree.pieces.flat().find((piece) => piece.id === edge.id);
      const isBack = piece && !isStraight(piece, tree) && isTurned(piece);
      const forth = [startPoint, ...bendPoints, endPoint].map((p) => ({ x: p.x + x, y: p.y + y }));
      const points = isBack ? forth.toReversed() : forth;
      const label = edge.labels?.[0];
      edges.set(edge.id, { points, corner: label && { x: label.x + x, y: label.y + y } });
    }
  };
  put('', MARGIN, MARGIN);
  return {
    width: results.get('').width + 2 * MARGIN,
    height: results.get('').height + 2 * MARGIN,
    states,
    arrows: sized.arrows.map((arrow, index) => {
      const pieces = tree.pieces[index].map(({ id }) => edges.get(id));
      const points = straightened(pieces.flatMap(({ points }) => points));
      if (arrow.isInner) {
        const top = states[arrow.source].y + tree.byPath.get(arrow.source).height;
        if (points[0].y < top) points[0] = { x: points[0].x, y: top };
      }
      return { points, corner: pieces.find(({ corner }) => corner)?.corner ?? { x: 0, y: 0 } };
    }),
    initials: Object.fromEntries(sized.states.filter(({ initial }) => initial !== null).map(({ path }) => [path, edges.get(`initial ${path}`).points])),
  };
}

/** Without the points that a line only passes. */
function straightened(all) {
  const points = all.filter(({ x, y }, index) => index === 0 || Math.abs(x - all[index - 1].x) + Math.abs(y - all[index - 1].y) > 0.01);
  return points.filter((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (before === undefined || after === undefined) return true;
    const same = (key) => Math.abs(before[key] - point[key]) < 0.01 && Math.abs(point[key] - after[key]) < 0.01;
    return !same('x') && !same('y');
  });
}
