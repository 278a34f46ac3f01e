import type { InspectorRow } from '../../src/api.ts';
import { Icon } from '../frame/icon.tsx';
import { useNowMs } from '../time/clock.ts';
import { countdown, duration } from '../time/words.ts';

/** How long a row is in its state. */
export function SinceNote({ sinceMs }: { readonly sinceMs: number }) {
  return <span class="since">{duration(useNowMs() - sinceMs)}</span>;
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
