import type { SizedArrow, SizedChart } from './sized-chart.ts';

/** An end of a piece: a state in the container, or an edge of the container itself. */
export type PieceEnd = { readonly path: string } | 'top' | 'bottom';

/** The part of an arrow that is in one container, between its states and its edges. */
export interface Piece {
  /** Index of the arrow. */
  readonly arrow: number;
  /** The path of the state that it is in. */
  readonly container: string;
  readonly from: PieceEnd;
  readonly to: PieceEnd;
  /** Only one piece of each arrow has room for its words. */
  readonly hasLabel: boolean;
}

/** The pieces of an arrow, from its source to its target. */
export function piecesOf(
  arrow: SizedArrow,
  index: number,
  { states }: SizedChart,
): readonly Piece[] {
  const parents = new Map(states.map(({ path, parent }) => [path, parent]));
  const sources = lineage(arrow.source, parents);
  const targets = lineage(arrow.target, parents);
  const depth = depthOfCommon(sources, targets);
  const [from, to] = [sources[depth + 1], targets[depth + 1]];
  const isTurned =
    from !== undefined && to !== undefined && place(from, states) > place(to, states);
  const piece = { arrow: index, hasLabel: false };
  const leaving = sources.slice(depth + 1, -1).map((container, step) => ({
    ...piece,
    container,
    from: { path: sources[depth + 2 + step]! },
    to: isTurned ? ('top' as const) : ('bottom' as const),
  }));
  const entering = targets.slice(depth + 1, -1).map((container, step) => ({
    ...piece,
    container,
    from: isTurned ? ('bottom' as const) : ('top' as const),
    to: { path: targets[depth + 2 + step]! },
  }));
  const middle: Piece = {
    arrow: index,
    container: sources[depth]!,
    from: from === undefined ? 'top' : { path: from },
    to: to === undefined ? 'bottom' : { path: to },
    hasLabel: true,
  };
  return [...leaving.toReversed(), middle, ...entering];
}

/** A state and all around it, the root first. */
function lineage(path: string, parents: ReadonlyMap<string, string | null>): readonly string[] {
  const parent = parents.get(path) ?? null;
  return parent === null ? [path] : [...lineage(parent, parents), path];
}

/** How deep the innermost state is that holds all of an arrow, or is one of its ends. */
function depthOfCommon(sources: readonly string[], targets: readonly string[]): number {
  const differs = sources.findIndex((path, depth) => path !== targets[depth]);
  const common = (differs === -1 ? sources.length : differs) - 1;
  const isLoop = differs === -1 && sources.length === targets.length;
  // An arrow from a state to itself is drawn beside it, in the state around it; the root has none around it.
  return isLoop && common > 0 ? common - 1 : common;
}

function place(path: string, states: SizedChart['states']): number {
  return states.findIndex((state) => state.path === path);
}
