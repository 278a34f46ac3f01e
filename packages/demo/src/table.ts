/** One column of a table. */
export interface Column<TRow> {
  readonly title: string;
  readonly cell: (row: TRow, index: number) => string;
  /** @defaultValue 'left' */
  readonly align?: 'left' | 'right';
}

const GAP = '  ';

/** The lines of a table, its titles first; every column is as wide as its widest cell. */
export function tableLines<TRow>(
  columns: readonly Column<TRow>[],
  rows: readonly TRow[],
): string[] {
  const aligned = columns.map((column) => alignedCells(column, rows));
  return ['', ...rows].map((_, line) =>
    aligned
      .map((cells) => cells[line])
      .join(GAP)
      .trimEnd(),
  );
}

function alignedCells<TRow>(
  { title, cell, align }: Column<TRow>,
  rows: readonly TRow[],
): readonly string[] {
  const cells = [title, ...rows.map(cell)];
  const width = Math.max(...cells.map(({ length }) => length));
  return cells.map((text) => (align === 'right' ? text.padStart(width) : text.padEnd(width)));
}
