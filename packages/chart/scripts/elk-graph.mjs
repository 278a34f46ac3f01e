// One container as a graph for elkjs.
import { isStraight, isTurned } from './elk-pieces.mjs';
import { orderFromOutside, portsOf, straightEnds } from './elk-ports.mjs';

/** CSS pixels: the dot that says where a state begins. */
const DOT = 10;

/** CSS pixels around the states in a state. */
const PADDING = 18;

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.edgeCoords': 'PARENT',
  // A chart reads from where it begins, in the order of its definition.
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.thoroughness': '10',
  'elk.layered.spacing.nodeNodeBetweenLayers': '18',
  'elk.layered.spacing.edgeNodeBetweenLayers': '10',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
  'elk.spacing.nodeNode': '12',
  'elk.spacing.edgeNode': '10',
  'elk.spacing.edgeEdge': '10',
  'elk.spacing.edgeLabel': '0',
  'elk.spacing.portPort': '10',
};

/**
 * @param {string} id of the container
 * @param {{ tree: object, placed: Map<string, object>, orders: Map<string, readonly string[]>, isFinal: boolean }} progress
 * @param {number} extraWidth CSS pixels by which it is to be wider than what is in it
 */
export function containerGraph(id, progress, extraWidth) {
  const { tree, orders } = progress;
  const straight = new Set(straightEnds(id, tree).map(({ outer }) => outer.port));
  const order = orders.get(id);
  const ports = portsOf(id, tree).filter(({ port }) => !straight.has(port));
  return {
    id,
    layoutOptions: { ...optionsOf(id, tree, extraWidth), ...constraint(ports, order) },
    ports: ports.map((end) => portNode(end, order)),
    children: [
      ...dotsIn(id, tree).map(({ path }) => ({ id: dotId(path), width: DOT, height: DOT })),
      ...tree.members(id).map((member) => memberNode(member, progress)),
    ],
    edges: edgesIn(id, tree),
  };
}

function optionsOf(id, { states, direction }, extraWidth) {
  const state = states.get(id);
  const padding = state === undefined ? 0 : PADDING;
  const side = padding + extraWidth / 2;
  const top = (state?.height ?? 0) + padding;
  return {
    ...OPTIONS,
    'elk.direction': direction(id),
    'elk.padding': `[top=${top},left=${side},bottom=${padding},right=${side}]`,
  };
}

function constraint(ports, order) {
  if (ports.length === 0) return {};
  return { 'elk.portConstraints': order === undefined ? 'FIXED_SIDE' : 'FIXED_ORDER' };
}

function portNode({ port, side }, order) {
  const index = order === undefined ? {} : { 'elk.port.index': String(order.indexOf(port)) };
  return { id: port, width: 0, height: 0, layoutOptions: { 'elk.port.side': side, ...index } };
}

/** Once a container is placed, arrows meet it where they do inside; a group says so earlier, since it has no edge. */
function memberNode(id, { tree, placed, orders, isFinal }) {
  const inside = placed.get(id);
  const { width, height } = inside ?? tree.states.get(id);
  const ends = portsOf(id, tree);
  const isFixed = inside !== undefined && (isFinal || (!tree.states.has(id) && orders.has(id)));
  if (isFixed && ends.length > 0) {
    const layoutOptions = { 'elk.portConstraints': 'FIXED_POS' };
    const ports = ends.map((end) => {
      const { x, y } = inside.ports.find((port) => port.id === end.port);
      return { ...portNode(end), x, y };
    });
    return { id, width, height, ports, layoutOptions };
  }
  const order = orderFromOutside(id, tree, orders);
  const ports = ends.map((end) => portNode(end, order));
  return { id, width, height, ports, layoutOptions: constraint(ends, order) };
}

function dotsIn(id, { states, parents }) {
  const all = [...states.values()];
  return all.filter(({ initial }) => initial !== null && parents.get(initial) === id);
}

function edgesIn(id, tree) {
  const pieces = tree.pieces.filter((piece) => piece.container === id && !isStraight(piece, tree));
  return [
    ...dotsIn(id, tree).map(({ path, initial }) => ({
      id: initialId(path),
      sources: [dotId(path)],
      targets: [initial],
      layoutOptions: { 'elk.layered.priority.direction': '100' },
    })),
    ...pieces.map((piece) => edgeOf(piece, tree)),
  ];
}

function edgeOf(piece, tree) {
  const ends = [piece.from, piece.to].map(({ node, side, port }) => (side ? port : node));
  const [source, target] = isTurned(piece, tree) ? ends.toReversed() : ends;
  const layoutOptions = { 'elk.edgeLabels.inline': 'true', 'elk.edgeLabels.placement': 'CENTER' };
  const labels = piece.words === undefined ? [] : [{ text: ' ', ...piece.words, layoutOptions }];
  return { id: piece.id, sources: [source], targets: [target], labels };
}

/** The id of the line that leads from a dot. */
export const initialId = (path) => `initial ${path}`;
const dotId = (path) => `dot ${path}`;
