import { whyThen } from '../steps/why-then.ts';
import { useSelect } from '../store/hooks.ts';
import { timeOfDay } from '../time/clock-words.ts';
import { useShown, useShownStep } from './use-shown.ts';

/** Why the chosen one is as it is, or was as it was. */
export function Why() {
  const atMs = useSelect(({ travel }) => travel?.atMs ?? null);
  return atMs === null ? <WhyNow /> : <WhyThen atMs={atMs} />;
}

/** The reasons are asked for now and then, the facts come at once: so the reasons have their time. */
function WhyNow() {
  const why = useSelect((state) => state.why);
  if (why === null || why.sentences.length === 0) return null;
  return <WhyCard title="Why" sentences={why.sentences} toldAtMs={why.atMs} />;
}

function WhyThen({ atMs }: { readonly atMs: number }) {
  const shown = useShown();
  const step = useShownStep();
  const sentences =
    shown === null
      ? ['Nothing was recorded at that moment.']
      : whyThen(shown, step?.sentences ?? [], atMs);
  return <WhyCard title="Why, at that moment" sentences={sentences} toldAtMs={null} />;
}

interface WhyCardProps {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly toldAtMs: number | null;
}

function WhyCard({ title, sentences, toldAtMs }: WhyCardProps) {
  return (
    <section class="card why" aria-labelledby="why-title">
      <div class="why-head">
        <h3 id="why-title">{title}</h3>
        {toldAtMs !== null && (
          <time class="quiet" dateTime={new Date(toldAtMs).toISOString()}>
            at {timeOfDay(toldAtMs)}
          </time>
        )}
      </div>
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </section>
  );
}
