import { useMemo } from 'preact/hooks';
import type { InspectorRow } from '../../src/api.ts';
import { positionOf, roundTripsUntil, shownOf } from '../steps/shown.ts';
import { useSelect, useSession } from '../store/hooks.ts';

/** A row of the list; of a recording that is played, the chosen one is as it was at the moment that is looked at. */
export function useRow(name: string): InspectorRow | undefined {
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
