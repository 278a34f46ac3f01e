// Where arrows meet the edges of states and groups.
import { isStraight } from './elk-pieces.mjs';

const SIDES = ['NORTH', 'EAST', 'SOUTH', 'WEST'];

/** The places at which arrows meet a state or a group on a certain side. */
export function portsOf(id, { pieces }) {
  const ends = pieces.flatMap(({ from, to }) => [from, to]);
  const own = ends.filter(({ node, side }) => node === id && side !== undefined);
  return [...new Map(own.map((end) => [end.port, end])).values()];
}

/** The pieces that lead straight from a member of a container to its edge, by both of their ends. */
export function straightEnds(id, tree) {
  return tree.pieces
    .filter((piece) => piece.container === id && isStraight(piece, tree))
    .map(({ id: piece, from, to }) => {
      const isIn = from.node === id;
      return { piece, isIn, outer: isIn ? from : to, inner: isIn ? to : from };
    });
}

/** The ids of the ports of a placed state, clockwise: as elkjs counts them. */
export function portOrder({ ports = [] }) {
  const key = ({ x, y, side }) => {
    const along = { NORTH: x, EAST: y, SOUTH: -x, WEST: -y }[side];
    return SIDES.indexOf(side) * 1e6 + along;
  };
  return ports
    .map((port) => ({ ...port, side: port.layoutOptions['elk.port.side'] }))
    .toSorted((one, other) => key(one) - key(other))
    .map(({ id }) => id);
}

/** The ports of a member in the order in which their arrows cross the edge of the container, as far as they do. */
export function orderFromOutside(id, tree, orders) {
  const container = tree.parents.get(id);
  const outer = orders.get(container);
  const through = tree.pieces.filter(({ from, to }) => {
    const nodes = [from.node, to.node];
    return from.side === to.side && nodes.includes(container) && nodes.includes(id);
  });
  if (outer === undefined || through.length === 0) return undefined;
  const known = new Map(
    through.map(({ from, to }) => {
      const [own, edge] = from.node === id ? [from, to] : [to, from];
      return [own.port, outer.indexOf(edge.port)];
    }),
  );
  const sorted = [...known.keys()].toSorted((one, other) => known.get(one) - known.get(other));
  const all = orders.get(id) ?? portsOf(id, tree).map(({ port }) => port);
  return all.map((port) => (known.has(port) ? sorted.shift() : port));
}

/** A placed container with the lines that elkjs did not see. */
export function withStraightLines(placed, tree) {
  const lines = straightEnds(placed.id, tree).map(({ piece, isIn, outer, inner }) => {
    const node = placed.children.find(({ id }) => id === inner.node);
    const port = node.ports.find(({ id }) => id === inner.port);
    const at = { x: node.x + port.x, y: node.y + port.y };
    const edge = atSide(outer.side, at, placed);
    const [startPoint, endPoint] = isIn ? [edge, at] : [at, edge];
    const layoutOptions = { 'elk.port.side': outer.side };
    const section = { startPoint, endPoint };
    return {
      port: { id: outer.port, ...edge, layoutOptions },
      edge: { id: piece, sections: [section] },
    };
  });
  return {
    ...placed,
    ports: [...placed.ports, ...lines.map(({ port }) => port)],
    edges: [...placed.edges, ...lines.map(({ edge }) => edge)],
  };
}

/** A placed state whose own arrows are spread along its left and right edges, above those that come from inside. */
export function withSpreadPorts(
  placed,
  tree,
  order = portsOf(placed.id, tree).map(({ port }) => port),
) {
  if (!tree.states.has(placed.id)) return placed;
  const inside = tree.pieces.filter(({ container }) => container === placed.id);
  const used = new Set(inside.flatMap(({ from, to }) => [from.port, to.port]));
  const ports = placed.ports.map((port) => {
    const side = port.layoutOptions['elk.port.side'];
    if (used.has(port.id) || side === 'NORTH' || side === 'SOUTH') return port;
    const same = placed.ports.filter(
      ({ layoutOptions }) => layoutOptions['elk.port.side'] === side,
    );
    const [others, own] = [true, false].map((is) => same.filter(({ id }) => used.has(id) === is));
    const clockwise = order.filter((id) => own.some((each) => each.id === id));
    const downward = side === 'EAST' ? clockwise : clockwise.toReversed();
    const room = Math.min(placed.height, ...others.map(({ y }) => y));
    const y = (room * (downward.indexOf(port.id) + 1)) / (own.length + 1);
    return { ...port, ...atSide(side, { x: 0, y }, placed) };
  });
  return { ...placed, ports };
}

function atSide(side, { x, y }, { width, height }) {
  const places = {
    NORTH: { x, y: 0 },
    SOUTH: { x, y: height },
    WEST: { x: 0, y },
    EAST: { x: width, y },
  };
  return places[side];
}
