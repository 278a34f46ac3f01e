/** A column, as far as its width is concerned. */
export interface FittingColumn {
  /** What it would like to have. */
  readonly width: number;
  readonly leastWidth?: number;
  readonly dropOrder?: number;
}

/** Blanks between two columns. */
export const GAP = 2;

/**
 * How wide each column is on a terminal of so many columns; `undefined` for those that are left out.
 *
 * Columns are cut, the last one first, as far as they bear it; when that is not enough, columns are left out by their order.
 */
export function fitColumns(
  columns: readonly FittingColumn[],
  available: number,
): readonly (number | undefined)[] {
  const kept = new Set(columns);
  const droppable = columns
    .filter(({ dropOrder }) => dropOrder !== undefined)
    .toSorted((one, other) => one.dropOrder! - other.dropOrder!);
  for (const column of droppable) {
    if (totalWidth([...kept].map(leastOf)) <= available) break;
    kept.delete(column);
  }
  return shrink(columns, kept, available);
}

function shrink(
  columns: readonly FittingColumn[],
  kept: ReadonlySet<FittingColumn>,
  available: number,
): readonly (number | undefined)[] {
  let excess = totalWidth([...kept].map(({ width }) => width)) - available;
  const widths = columns.toReversed().map((column) => {
    if (!kept.has(column)) return undefined;
    const width = Math.max(leastOf(column), column.width - Math.max(0, excess));
    excess -= column.width - width;
    return width;
  });
  return widths.toReversed();
}

function leastOf({ width, leastWidth }: FittingColumn): number {
  return Math.min(width, leastWidth ?? width);
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + GAP, -GAP);
}
