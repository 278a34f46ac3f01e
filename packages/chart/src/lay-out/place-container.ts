import { layout, type Graph } from '@dagrejs/dagre';
import type { Box, Point } from '../layout.ts';
import {
  containerGraph,
  DOT_ID,
  isUpward,
  nodeOf,
  pieceName,
  stateId,
  type ContainerContent,
} from './container-graph.ts';
import type { Piece } from './pieces.ts';
import type { Size, SizedState } from './sized-chart.ts';

/** The inside of a container; all points are relative to its top left corner. */
export interface PlacedContainer extends Size {
  readonly states: ReadonlyMap<string, Box>;
  readonly pieces: ReadonlyMap<Piece, PlacedPiece>;
  /** From the dot to the state that it begins in. */
  readonly initial: readonly Point[] | null;
}

export interface PlacedPiece {
  readonly points: readonly Point[];
  /** The middle of the words. */
  readonly middle: Point;
}

/** CSS pixels around the states in a state. */
const PADDING = 20;

export function placeContainer(state: SizedState, content: ContainerContent): PlacedContainer {
  const graph = containerGraph(content);
  layout(graph);
  const inner = sizeOf(graph);
  const width = Math.max(state.width, inner.width + 2 * PADDING);
  const height = state.height + inner.height + 2 * PADDING;
  const shift = { x: (width - inner.width) / 2, y: state.height + PADDING };
  const states = new Map(
    [...content.sizes.keys()].map((path) => [path, boxOf(graph, stateId(path), shift)]),
  );
  const edges = { top: state.height, bottom: height };
  const placed = content.pieces.map((piece) => [piece, placePiece(graph, piece, shift)] as const);
  const pieces = new Map(
    placed.map(([piece, { points, middle }]) => {
      const way = isUpward(piece, content) ? points.toReversed() : points;
      return [piece, { points: toEdges(loop(way, piece, middle, states), piece, edges), middle }];
    }),
  );
  return { width, height, states, pieces, initial: initialOf(graph, content, shift) };
}

/** dagre knows no size of what has nothing in it. */
function sizeOf(graph: Graph): Size {
  const { width, height } = graph.graph() as Size;
  return graph.nodeCount() === 0 ? { width: 0, height: 0 } : { width, height };
}

function placePiece(graph: Graph, piece: Piece, shift: Point): PlacedPiece {
  const [from, to] = [nodeOf(piece.from, piece), nodeOf(piece.to, piece)];
  const edge = graph.edge(from, to, pieceName(piece)) ?? graph.edge(to, from, pieceName(piece));
  const { points, x = 0, y = 0 } = edge as { points: Point[]; x?: number; y?: number };
  return { points: points.map((point) => add(point, shift)), middle: add({ x, y }, shift) };
}

/** dagre draws an arrow from a state to itself as a curve; this is one of straight lines, through its words. */
function loop(
  points: readonly Point[],
  { from, to }: Piece,
  middle: Point,
  states: ReadonlyMap<string, Box>,
): readonly Point[] {
  if (typeof from !== 'object' || typeof to !== 'object' || from.path !== to.path) return points;
  const { x, y, width, height } = states.get(from.path)!;
  const [right, upper, lower] = [x + width, y + height * 0.25, y + height * 0.75];
  return [
    { x: right, y: upper },
    { x: middle.x, y: upper },
    { x: middle.x, y: lower },
    { x: right, y: lower },
  ];
}

/** A line to an edge of the container goes on to the very edge; above, to the lower end of the words. */
function toEdges(
  points: readonly Point[],
  { from, to }: Piece,
  edges: { readonly top: number; readonly bottom: number },
): readonly Point[] {
  return [
    ...(typeof from === 'object' ? [] : [{ x: points[0]!.x, y: edges[from] }]),
    ...points,
    ...(typeof to === 'object' ? [] : [{ x: points.at(-1)!.x, y: edges[to] }]),
  ];
}

function initialOf(
  graph: Graph,
  { initial }: ContainerContent,
  shift: Point,
): readonly Point[] | null {
  if (initial === null) return null;
  const { points } = graph.edge(DOT_ID, stateId(initial), DOT_ID) as { points: Point[] };
  const { x, y } = graph.node(DOT_ID) as unknown as Point;
  return [{ x, y }, ...points.slice(1)].map((point) => add(point, shift));
}

/** dagre tells of the middle. */
function boxOf(graph: Graph, id: string, shift: Point): Box {
  const { x, y, width, height } = graph.node(id) as unknown as Box;
  return { ...add({ x: x - width / 2, y: y - height / 2 }, shift), width, height };
}

export function add(one: Point, other: Point): Point {
  return { x: one.x + other.x, y: one.y + other.y };
}
