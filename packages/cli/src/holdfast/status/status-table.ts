import type { FleetStatus, TunnelStatus } from '@holdfast/engine';
import { printableLine, roundTrip, shortDuration } from '@holdfast/text';
import { paintNothing, type Paint, type Style } from '../terminal/terminal.ts';
import { cutText, textWidth, type Wrapping, wrapText } from '../terminal/wrap-text.ts';
import { fitColumns, GAP } from './fit-columns.ts';
import { formatForwardOption } from './forward-option.ts';
import { stateCell } from './health.ts';
import { tunnelNotes } from './notes.ts';

interface TableLook {
  readonly columns: number;
  readonly paint?: Paint;
  /** Times are told as seen from here; by default from when the status was made. */
  readonly nowMs?: number;
}

/** The tunnels as a table: a line each, and below it what is wrong with it. */
export function formatStatusTable(status: FleetStatus, look: TableLook): readonly string[] {
  const { columns, paint = paintNothing, nowMs = Date.parse(status.at) } = look;
  const places = formatUnusable(status, columns, nowMs, paint);
  if (status.tunnels.length === 0) return [...places, 'no tunnels'];
  const cells = status.tunnels.map((tunnel) =>
    STATUS_COLUMNS.map((column) => column.text(tunnel, nowMs)),
  );
  const widths = fitColumns(measure(cells), columns);
  const row = (texts: readonly string[], style: (column: StatusColumn) => Style | undefined) =>
    formatRow(texts, widths, (text, column) => paintCell(paint, style(column), text));
  return [
    ...places,
    row(
      STATUS_COLUMNS.map(({ title }) => title),
      () => 'dim',
    ),
    ...status.tunnels.flatMap((tunnel, index) => [
      row(cells[index]!, (column) => column.style?.(tunnel)),
      ...formatNotes(tunnel, columns, nowMs, paint),
    ]),
  ];
}

/** What is wrong with the supervisor itself: above all tunnels. */
function formatUnusable(
  { unusable = [] }: FleetStatus,
  columns: number,
  nowMs: number,
  paint: Paint,
): readonly string[] {
  const texts = unusable.map(({ path, problem, since }) => {
    const age = shortDuration(nowMs - Date.parse(since));
    return `not usable: ${path}: ${problem} (for ${age})`;
  });
  return wrapLines(texts, { columns, first: '', rest: '  ' }, (line) => paint('red', line));
}

function measure(cells: readonly (readonly string[])[]) {
  return STATUS_COLUMNS.map((column, index) => {
    const widths = cells.map((texts) => textWidth(texts[index]!));
    return { ...column, width: Math.max(column.title.length, ...widths) };
  });
}

function formatRow(
  texts: readonly string[],
  widths: readonly (number | undefined)[],
  paint: (text: string, column: StatusColumn) => string,
): string {
  let blanks = 0;
  let line = '';
  for (const [index, column] of STATUS_COLUMNS.entries()) {
    const width = widths[index];
    if (width === undefined) continue;
    const text = cutText(texts[index]!, width);
    const missing = width - textWidth(text);
    const before = column.isNumber === true ? missing : 0;
    line += ' '.repeat(blanks + before) + paint(text, column);
    blanks = missing - before + GAP;
  }
  return line;
}

function paintCell(paint: Paint, style: Style | undefined, text: string): string {
  return style === undefined ? text : paint(style, text);
}

function formatNotes(
  tunnel: TunnelStatus,
  columns: number,
  nowMs: number,
  paint: Paint,
): readonly string[] {
  const style = tunnel.needsAttention ? 'red' : 'dim';
  const look = { columns, first: '  ', rest: '    ' };
  return wrapLines(tunnelNotes(tunnel, nowMs), look, (line) => paint(style, line));
}

function wrapLines(
  texts: readonly string[],
  look: Wrapping,
  paint: (line: string) => string,
): readonly string[] {
  return texts.flatMap((text) => wrapText(printableLine(text), look)).map(paint);
}

/** A column of the table of tunnels. */
export interface StatusColumn {
  readonly title: string;
  readonly text: (tunnel: TunnelStatus, nowMs: number) => string;
  readonly style?: (tunnel: TunnelStatus) => Style | undefined;
  readonly isNumber?: true;
  /** What may be left out first when the terminal is narrow; without it: never. */
  readonly dropOrder?: number;
  /** May be cut to this width. */
  readonly leastWidth?: number;
}

const NOTHING = '-';

export const STATUS_COLUMNS: readonly StatusColumn[] = [
  { title: 'NAME', text: ({ name }) => printableLine(name), style: () => 'bold', leastWidth: 8 },
  {
    title: 'STATE',
    text: (tunnel) => stateCell(tunnel).text,
    style: (tunnel) => stateCell(tunnel).style,
  },
  { title: 'SINCE', text: ({ since }, nowMs) => shortDuration(nowMs - Date.parse(since)) },
  {
    title: 'RTT',
    text: ({ roundTripMs }) => (roundTripMs === null ? NOTHING : roundTrip(roundTripMs)),
    isNumber: true,
    dropOrder: 3,
  },
  { title: 'STARTS', text: ({ starts }) => String(starts), isNumber: true, dropOrder: 4 },
  { title: 'HOST', text: ({ host }) => printableLine(host), dropOrder: 2, leastWidth: 12 },
  {
    title: 'FORWARDS',
    text: ({ forwards }) => printableLine(forwards.map(formatForwardOption).join(', ')) || NOTHING,
    dropOrder: 1,
    leastWidth: 16,
  },
];
