import { isStraight, isTurned } from './elk-pieces.mjs';
import { initialId } from './elk-graph.mjs';

/** CSS pixels around the root. */
const MARGIN = 12;

/** CSS pixels: a step in a line that no eye sees. */
const STEP = 1;

/** All containers put into one another. */
export function placedChart(sized, tree, placed) {
  const boxes = new Map();
  const lines = new Map();
  put('', { x: MARGIN, y: MARGIN }, { placed, boxes, lines });
  const { width, height } = placed.get('');
  const dotted = sized.states.filter(({ initial }) => initial !== null);
  return {
    width: width + 2 * MARGIN,
    height: height + 2 * MARGIN,
    states: Object.fromEntries(sized.states.map(({ path }) => [path, boxes.get(path)])),
    arrows: tree.arrows.map((pieces) => placedArrow(pieces, tree, lines)),
    initials: Object.fromEntries(
      dotted.map(({ path }) => [path, lines.get(initialId(path)).points]),
    ),
  };
}

function put(id, corner, progress) {
  const { placed, boxes, lines } = progress;
  const { width, height, children, edges } = placed.get(id);
  boxes.set(id, { ...corner, width, height });
  const moved = ({ x, y }) => ({ x: x + corner.x, y: y + corner.y });
  for (const child of children) {
    if (placed.has(child.id)) put(child.id, moved(child), progress);
    else boxes.set(child.id, { ...moved(child), width: child.width, height: child.height });
  }
  for (const { id: edge, sections, labels = [] } of edges) {
    const [{ startPoint, bendPoints = [], endPoint }] = sections;
    const points = [startPoint, ...bendPoints, endPoint].map(moved);
    lines.set(edge, { points, corners: labels.map(moved) });
  }
}

function placedArrow(pieces, tree, lines) {
  const points = pieces.flatMap((piece) => {
    const line = lines.get(piece.id).points;
    return !isStraight(piece, tree) && isTurned(piece, tree) ? line.toReversed() : line;
  });
  const [corner = { x: 0, y: 0 }] = pieces.flatMap(({ id }) => lines.get(id).corners);
  return { points: withoutPassed(withoutSteps(points)), corner };
}

function withoutSteps(points) {
  const even = [];
  for (const { x, y } of points) {
    const before = even.at(-1) ?? { x, y };
    const snap = (key, value) => (Math.abs(value - before[key]) < STEP ? before[key] : value);
    even.push({ x: snap('x', x), y: snap('y', y) });
  }
  return even.filter(({ x, y }, index) => x !== even[index - 1]?.x || y !== even[index - 1]?.y);
}

/** Without the points that a line passes without a turn. */
function withoutPassed(points) {
  return points.filter((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (before === undefined || after === undefined) return true;
    return !['x', 'y'].some((key) => before[key] === point[key] && point[key] === after[key]);
  });
}
