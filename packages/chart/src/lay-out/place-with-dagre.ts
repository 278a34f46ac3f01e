import type { Box, Point } from '../layout.ts';
import type { PlacedArrow, PlacedChart } from './assemble-layout.ts';
import { piecesOf, type Piece } from './pieces.ts';
import { add, placeContainer, type PlacedContainer } from './place-container.ts';
import type { Size, SizedChart, SizedState } from './sized-chart.ts';

/** CSS pixels around the whole chart. */
const MARGIN = 8;

/**
 * Places a chart with dagre: in milliseconds, for charts that are not known before.
 *
 * dagre knows no arrow to or from a state with states in it. So each container is laid out by itself, the inner ones
 * first; an arrow through the edge of a container is laid out in pieces.
 */
export function placeWithDagre(sized: SizedChart): PlacedChart {
  const pieces = sized.arrows.map((arrow, index) => piecesOf(arrow, index, sized));
  const containers = placeContainers(sized, pieces.flat());
  const states = placeStates(sized, containers);
  const { width, height } = states['']!;
  return {
    width: width + 2 * MARGIN,
    height: height + 2 * MARGIN,
    states,
    arrows: pieces.map((each, index) => joined(each, sized.arrows[index]!, containers, states)),
    initials: Object.fromEntries(
      [...containers].flatMap(([path, { initial }]) =>
        initial === null ? [] : [[path, initial.map((point) => add(point, states[path]!))]],
      ),
    ),
  };
}

type Containers = ReadonlyMap<string, PlacedContainer>;

function placeContainers(sized: SizedChart, pieces: readonly Piece[]): Containers {
  const containers = new Map<string, PlacedContainer>();
  for (const state of sized.states.toReversed()) {
    if (!state.isContainer) continue;
    const { path, initial } = state;
    const inner = sized.states.filter(({ parent }) => parent === path);
    const content = {
      sizes: new Map(inner.map((each) => [each.path, sizeOf(each, containers)])),
      initial,
      pieces: pieces.filter(({ container }) => container === path),
      arrows: sized.arrows,
    };
    containers.set(path, placeContainer(state, content));
  }
  return containers;
}

function sizeOf(state: SizedState, containers: Containers): Size {
  const { width, height } = containers.get(state.path) ?? state;
  return { width, height };
}

function placeStates(sized: SizedChart, containers: Containers): Readonly<Record<string, Box>> {
  const boxes: Record<string, Box> = {};
  for (const state of sized.states) {
    const { path, parent } = state;
    const own = parent === null ? undefined : containers.get(parent)?.states.get(path);
    const corner = own === undefined ? { x: MARGIN, y: MARGIN } : add(own, boxes[parent!]!);
    boxes[path] = { ...sizeOf(state, containers), ...corner };
  }
  return boxes;
}

/** The pieces of an arrow, one after the other. */
function joined(
  pieces: readonly Piece[],
  { width, height }: Size,
  containers: Containers,
  states: Readonly<Record<string, Box>>,
): PlacedArrow {
  let corner: Point = { x: 0, y: 0 };
  const ways = pieces.map((piece) => {
    const { points, middle } = containers.get(piece.container)!.pieces.get(piece)!;
    const origin = states[piece.container]!;
    if (piece.hasLabel) corner = add(add(middle, origin), { x: -width / 2, y: -height / 2 });
    return points.map((point) => add(point, origin));
  });
  return { points: joinWays(pieces, ways), corner };
}

/** Where a line crosses the edge of a container, what is outside goes on where what is inside ended. */
function joinWays(pieces: readonly Piece[], ways: readonly (readonly Point[])[]): readonly Point[] {
  const middle = pieces.findIndex(({ hasLabel }) => hasLabel);
  return ways.flatMap((way, index) => {
    const start = index > 0 && index <= middle ? 1 : 0;
    const end = index >= middle && index < ways.length - 1 ? -1 : way.length;
    return way.slice(start, end);
  });
}
