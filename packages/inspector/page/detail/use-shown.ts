import type { Step } from '@holdfast/recording';
import { positionOf, shownOf, type Shown } from '../steps/shown.ts';
import { useSelect, useSession } from '../store/hooks.ts';
import { chosenRow } from '../store/reduce.ts';

/** The chosen one at the moment that is looked at; draws again when that is another. */
export function useShown(): Shown | null {
  const { store } = useSession();
  useSelect((state) => (state.travel === null ? chosenRow(state) : null));
  useSelect((state) => state.past.steps[positionOf(state)]);
  useSelect((state) => state.travel === null);
  return shownOf(store.get());
}

/** The step that is looked at: the last one if that is now. */
export function useShownStep(): Step | undefined {
  return useSelect((state) => state.past.steps[positionOf(state)]);
}
