import type { TunnelStatus } from '@holdfast/engine';
import { formatRoundTrip, formatSpan } from '../terminal/format-span.ts';
import type { Style } from '../terminal/paint.ts';
import { printable } from '../terminal/printable.ts';
import { formatForwardOption } from './forward-option.ts';
import { stateCell } from './state-cell.ts';

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
  { title: 'NAME', text: ({ name }) => printable(name), style: () => 'bold', leastWidth: 8 },
  {
    title: 'STATE',
    text: (tunnel) => stateCell(tunnel).text,
    style: (tunnel) => stateCell(tunnel).style,
  },
  { title: 'SINCE', text: ({ since }, nowMs) => formatSpan(nowMs - Date.parse(since)) },
  {
    title: 'RTT',
    text: ({ roundTripMs }) => (roundTripMs === null ? NOTHING : formatRoundTrip(roundTripMs)),
    isNumber: true,
    dropOrder: 3,
  },
  { title: 'STARTS', text: ({ starts }) => String(starts), isNumber: true, dropOrder: 4 },
  { title: 'HOST', text: ({ host }) => printable(host), dropOrder: 2, leastWidth: 12 },
  {
    title: 'FORWARDS',
    text: ({ forwards }) => printable(forwards.map(formatForwardOption).join(', ')) || NOTHING,
    dropOrder: 1,
    leastWidth: 16,
  },
];
