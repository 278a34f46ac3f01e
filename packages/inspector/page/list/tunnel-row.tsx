import { useMemo } from 'preact/hooks';
import { useSelect, useSession } from '../store/hooks.ts';
import { Sparkline } from './sparkline.tsx';
import { StateMark } from './state-mark.tsx';
import type { InspectorRow } from '../../src/api.ts';
import { positionOf, roundTripsUntil, shownOf } from '../steps/shown.ts';
import { Icon } from '../frame/icon.tsx';
import { isUp } from './tone.ts';
import { useNowMs } from '../time/clock.ts';
import { countdown, elapsed } from '../time/clock-words.ts';

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

/** A row of the list; of a recording that is played, the chosen one is as it was at the moment that is looked at. */
function useRow(name: string): InspectorRow | undefined {
  const { store } = useSession();
  const row = useSelect(({ rows }) => rows.get(name));
  const step = useSelect((state) => {
    const isPlayed = state.hello?.kind === 'recording' && state.chosen === name;
    return isPlayed && state.travel !== null ? state.past.steps[positionOf(state)] : undefined;
  });
  return useMemo(() => {
    const shown = step === undefined ? null : shownOf(store.get());
    if (row === undefined || shown === null) return row;
    const { state, nextStartAtMs, failureClass, failureSentence } = shown;
    const needsAttention = state === 'failed';
    const page = store.get();
    const sinceMs = shown.sinceMs ?? row.sinceMs;
    const failure = failureClass as InspectorRow['failureClass'];
    return {
      ...row,
      state,
      sinceMs,
      nextStartAtMs,
      failureClass: failure,
      failureSentence,
      needsAttention,
      roundTripsMs: roundTripsUntil(page.past.steps, positionOf(page)),
    };
  }, [row, step]);
}

/** How long a row is in its state; a probe that is out is no other state in that. */
function SinceNote({ state, sinceMs }: Pick<InspectorRow, 'state' | 'sinceMs'>) {
  const time = elapsed(useNowMs() - sinceMs);
  return (
    <span class="since" title={`${isUp(state) ? 'carries traffic' : `in ${state}`} for ${time}`}>
      {state === 'probing' && <span class="visually-hidden">carries traffic for </span>}
      {time}
    </span>
  );
}

/** What there is to say of a row besides its state. */
function RowNotes({ row }: { readonly row: InspectorRow }) {
  const { nextStartAtMs, failureClass, needsAttention, isDegraded, isSuspect, phase } = row;
  return (
    <>
      {needsAttention && (
        <span class="note tone-bad">
          <Icon name="warning" /> needs attention
        </span>
      )}
      {isDegraded && (
        <span class="note tone-waiting">
          <Icon name="warning" /> degraded
        </span>
      )}
      {isSuspect && (
        <span class="note tone-waiting" title="ssh does not answer, and is kept all the same">
          <Icon name="warning" /> suspect
        </span>
      )}
      {failureClass !== null && <span class="note quiet">{failureClass}</span>}
      {phase !== null && <span class="note quiet">{phase}</span>}
      {nextStartAtMs !== null && <NextStart atMs={nextStartAtMs} />}
    </>
  );
}

function NextStart({ atMs }: { readonly atMs: number }) {
  return (
    <span class="note quiet">
      <Icon name="clock" /> {countdown(atMs - useNowMs())}
    </span>
  );
}
