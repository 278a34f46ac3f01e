import { Icon } from '../frame/icon.tsx';
import { useSelect, useSession } from '../store/hooks.ts';
import { useNowMs } from '../time/clock.ts';
import { moment } from '../time/words.ts';

/** Says that the past is shown, and leads back. */
export function TimeBanner() {
  const travel = useSelect((state) => state.travel);
  const kind = useSelect(({ hello }) => hello?.kind);
  if (travel === null || kind === 'recording') return null;
  return <Banner atMs={travel.atMs} />;
}

/** Where there is no room beside it, the chart may be out of sight. */
function showChart(): void {
  document.querySelector('.chart-pane')?.scrollIntoView({ block: 'center', behavior: 'smooth' });
}

function Banner({ atMs }: { readonly atMs: number }) {
  const { store } = useSession();
  const nowMs = useNowMs();
  return (
    <div class="time-banner">
      <Icon name="clock" />
      <span>
        As it was at <time dateTime={new Date(atMs).toISOString()}>{moment(atMs, nowMs)}</time>
      </span>
      <button type="button" class="button to-chart" onClick={showChart}>
        See the chart
      </button>
      <button
        type="button"
        class="button"
        onClick={() => store.send({ type: 'travel', travel: null })}
      >
        Back to now <kbd>Esc</kbd>
      </button>
    </div>
  );
}
