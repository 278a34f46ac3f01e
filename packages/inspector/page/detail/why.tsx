import { whyThen } from '../steps/why-then.ts';
import { useSelect } from '../store/hooks.ts';
import { useShown, useShownStep } from './use-shown.ts';

/** Why the chosen one is as it is, or was as it was. */
export function Why() {
  const atMs = useSelect(({ travel }) => travel?.atMs ?? null);
  const now = useSelect((state) => state.why);
  const shown = useShown();
  const step = useShownStep();
  const sentences =
    atMs === null
      ? now
      : shown === null
        ? ['Nothing is on record of that moment.']
        : whyThen(shown, step?.sentences ?? [], atMs);
  if (sentences.length === 0) return null;
  return (
    <section class="card why" aria-labelledby="why-title">
      <h3 id="why-title">{atMs === null ? 'Why' : 'Why, at that moment'}</h3>
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </section>
  );
}
