import type { InspectorRow } from '../../src/api.ts';
import { Icon } from '../frame/icon.tsx';
import { isUp } from './tone.ts';
import { useNowMs } from '../time/clock.ts';
import { countdown, elapsed } from '../time/words.ts';

/** How long a row is in its state; a probe that is out is no other state in that. */
export function SinceNote({ state, sinceMs }: Pick<InspectorRow, 'state' | 'sinceMs'>) {
  const time = elapsed(useNowMs() - sinceMs);
  return (
    <span class="since" title={`${isUp(state) ? 'carries traffic' : `in ${state}`} for ${time}`}>
      {state === 'probing' && <span class="visually-hidden">carries traffic for </span>}
      {time}
    </span>
  );
}

/** What there is to say of a row besides its state. */
export function RowNotes({ row }: { readonly row: InspectorRow }) {
  const { nextStartAtMs, failureClass, needsAttention, isDegraded, phase } = row;
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
