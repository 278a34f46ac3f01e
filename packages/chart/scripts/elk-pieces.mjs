import { SIDES } from './tunnel-plan.mjs';

const ALONG = {
  DOWN: { near: 'NORTH', far: 'SOUTH' },
  RIGHT: { near: 'WEST', far: 'EAST' },
};

/** An arrow as pieces: each is in one container, from a member or an edge of it to another. */
export function cutArrow(arrow, index, shape) {
  const ends = endsOf(arrow, index, shape);
  const pieces = ends.slice(1).map((to, step) => {
    const from = ends[step];
    return {
      id: `${index} ${step}`,
      arrow: index,
      container: containerOf(from, to, shape),
      from,
      to,
    };
  });
  const labelled = pieceWithWords(pieces, arrow, shape);
  return pieces.map((piece) => ({ ...piece, ...(piece === labelled ? wordsOf(arrow) : {}) }));
}

function wordsOf({ width, height }) {
  return height === 0 ? {} : { words: { width, height } };
}

/** Where an arrow leaves and enters states and groups, in its order. */
function endsOf({ source, target, isInner }, index, shape) {
  const [from, to] = [lineage(source, shape), lineage(target, shape)];
  const differs = from.findIndex((id, depth) => id !== to[depth]);
  const depth = differs === -1 ? from.length : differs;
  const leaving = depth === from.length ? [source] : from.slice(depth).toReversed();
  const entering = source === target ? [target] : to.slice(depth);
  const [leave, enter] = sidesOf(`${source} -> ${target}`, {
    direction: shape.direction(to[depth - 1]),
    isInner,
    isShort: leaving.length === 1 && entering.length === 1,
  });
  const end = (kind, side) => (node) => ({ node, side, port: `${index} ${kind} ${node}` });
  return [...leaving.map(end('out', leave)), ...entering.map(end('in', enter))];
}

/** A short arrow may leave and enter where elkjs likes. */
function sidesOf(name, { direction, isInner, isShort }) {
  const { near, far } = ALONG[direction];
  return SIDES[name] ?? (isInner ? [near, near] : isShort ? [] : [far, near]);
}

function lineage(id, { parents }) {
  const parent = parents.get(id) ?? null;
  return parent === null ? [id] : [...lineage(parent, { parents }), id];
}

function containerOf({ node: from }, { node: to }, { parents }) {
  return parents.get(to) === from ? from : parents.get(from);
}

/** The piece between the outermost states; of an arrow into its own source one that goes on in its direction. */
function pieceWithWords(pieces, { source, isInner }, { direction }) {
  if (!isInner) return pieces.findLast(({ from }) => from.port.includes(' out '));
  const fits = ({ container, to }) => Object.values(ALONG[direction(container)]).includes(to.side);
  return pieces.find((piece) => piece.container !== source && fits(piece)) ?? pieces[0];
}

/** Whether a piece leads across the direction of its container, from a member to the edge: elkjs need not see it. */
export function isStraight({ container, from, to, words }, { direction }) {
  const isAtEdge = from.node === container || to.node === container;
  if (words !== undefined || !isAtEdge || from.side === undefined) return false;
  return from.side === to.side && !Object.values(ALONG[direction(container)]).includes(to.side);
}

/** Whether a piece leads against the direction of its container: elkjs is then given it the other way round. */
export function isTurned({ container, from, to }, { direction }) {
  if (from.node === to.node) return false;
  const { near, far } = ALONG[direction(container)];
  const leavesBack = from.side === near && from.node !== container;
  return leavesBack || (to.side === far && to.node !== container);
}
