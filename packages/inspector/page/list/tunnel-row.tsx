import { useSelect } from '../store/hooks.ts';
import { RowNotes, SinceNote } from './row-notes.tsx';
import { Sparkline } from './sparkline.tsx';
import { StateMark } from './state-mark.tsx';
import { useRow } from './use-row.ts';

/** One row of the list. It hears of its own changes only. */
export function TunnelRow({ name }: { readonly name: string }) {
  const row = useRow(name);
  const isChosen = useSelect(({ chosen }) => chosen === name);
  const isAtEnd = useSelect(({ hello }) => hello?.kind === 'recording') && !isChosen;
  if (row === undefined) return null;
  return (
    <tr class="row" data-row={name} data-chosen={isChosen}>
      <th scope="row">
        <a
          class="row-link"
          href={`#tunnel=${encodeURIComponent(name)}`}
          aria-current={isChosen ? 'true' : undefined}
        >
          {name}
        </a>
        {row.host !== '' && <span class="host">{row.host}</span>}
      </th>
      <td>
        <div class="row-state">
          <StateMark state={row.state} />{' '}
          {isAtEnd ? (
            <span class="since">at the end</span>
          ) : (
            <SinceNote state={row.state} sinceMs={row.sinceMs} />
          )}
        </div>
        <div class="row-notes">{!isAtEnd && <RowNotes row={row} />}</div>
      </td>
      <td class="row-spark">{!isAtEnd && <Sparkline values={row.roundTripsMs} />}</td>
    </tr>
  );
}
