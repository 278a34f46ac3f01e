import { Graph } from '@dagrejs/dagre';
import type { Piece, PieceEnd } from './pieces.ts';
import type { SizedArrow, Size } from './sized-chart.ts';

/** The inside of one container, before it is laid out. */
export interface ContainerContent {
  /** The states in it by their paths, in the order of the definition, as large as they are. */
  readonly sizes: ReadonlyMap<string, Size>;
  readonly initial: string | null;
  readonly pieces: readonly Piece[];
  readonly arrows: readonly SizedArrow[];
}

/** CSS pixels. */
const SPACES = { nodesep: 34, ranksep: 24, edgesep: 16 };

/** CSS pixels: the dot that says where a state begins. */
const DOT = { width: 10, height: 10 };

/** The node of the dot. */
export const DOT_ID = 'dot';

/**
 * The inside of one container as a graph for dagre.
 *
 * All lines lead down the order of the definition: there is no circle to be broken, and a chart reads from its first
 * state on. Who turned a line has to turn its points: {@link isUpward}.
 */
export function containerGraph(content: ContainerContent): Graph {
  const { sizes, initial, pieces, arrows } = content;
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', ...SPACES });
  for (const [path, size] of sizes) graph.setNode(stateId(path), { ...size });
  if (initial !== null) {
    graph.setNode(DOT_ID, { ...DOT });
    graph.setEdge(DOT_ID, stateId(initial), { weight: 4, minlen: 1 }, DOT_ID);
  }
  const depths = depthsOf(content);
  for (const piece of pieces) {
    const ends = [nodeOf(piece.from, piece), nodeOf(piece.to, piece)] as const;
    for (const id of ends) if (!graph.hasNode(id)) graph.setNode(id, { width: 1, height: 1 });
    const [from, to] = isUpward(piece, content) ? ends.toReversed() : ends;
    const { width, height } = arrows[piece.arrow]!;
    const label = piece.hasLabel ? { width, height, labelpos: 'c' } : {};
    graph.setEdge(from!, to!, { ...label, minlen: lengthOf(piece, depths) }, pieceName(piece));
  }
  return graph;
}

/** Whether a piece leads up, against the order of the definition. */
export function isUpward({ from, to }: Piece, { sizes }: ContainerContent): boolean {
  return placeOf(from, sizes) > placeOf(to, sizes);
}

function placeOf(end: PieceEnd, sizes: ReadonlyMap<string, Size>): number {
  if (end === 'top') return -1;
  return end === 'bottom' ? sizes.size : [...sizes.keys()].indexOf(end.path);
}

/** How many steps below the first states each one is. */
function depthsOf({ sizes, pieces }: ContainerContent): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  const order = [...sizes.keys()];
  const inner = pieces.flatMap(({ from, to }) =>
    typeof from === 'object' && typeof to === 'object' ? [[from.path, to.path] as const] : [],
  );
  for (const path of order) {
    const above = inner
      .map(([from, to]) => (from === path ? to : to === path ? from : path))
      .filter((other) => order.indexOf(other) < order.indexOf(path));
    depths.set(path, Math.max(0, ...above.map((other) => depths.get(other)! + 1)));
  }
  return depths;
}

/** A line from or to an edge of the container passes all that is between. */
function lengthOf({ from, to }: Piece, depths: ReadonlyMap<string, number>): number {
  const lowest = Math.max(0, ...depths.values());
  const ends = [from, to].map((end) => {
    if (end === 'top') return -1;
    return end === 'bottom' ? lowest + 1 : depths.get(end.path)!;
  });
  return Math.max(1, Math.abs(ends[0]! - ends[1]!));
}

/** The node at an end of a piece; at the edge of the container each piece has its own. */
export function nodeOf(end: PieceEnd, piece: Piece): string {
  return typeof end === 'object' ? stateId(end.path) : `${end} ${pieceName(piece)}`;
}

export function stateId(path: string): string {
  return `state ${path}`;
}

/** An arrow can both leave and enter one container, but not in the same way. */
export function pieceName({ arrow, from, to }: Piece): string {
  return JSON.stringify([arrow, from, to]);
}
