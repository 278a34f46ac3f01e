import { useState } from 'preact/hooks';
import { useShown } from '../detail/use-shown.ts';
import { useSelect } from '../store/hooks.ts';
import { chosenRow } from '../store/reduce.ts';
import { ChartCanvas } from './chart-canvas.tsx';
import { NextList } from './next-list.tsx';

/** The state chart of the chosen one, and what may happen next in words. */
export function ChartPane() {
  const drawn = useSelect((state) => state.charts.get(chosenRow(state)?.chart ?? ''));
  const shown = useShown();
  const [pointed, point] = useState<string | null>(null);
  return (
    <section class="chart-pane" aria-labelledby="chart-title">
      <h3 id="chart-title" class="visually-hidden">
        State chart
      </h3>
      {drawn === undefined ? (
        <div class="chart-canvas is-waiting">
          <p class="quiet">Drawing the chart.</p>
        </div>
      ) : (
        <>
          <ChartCanvas drawn={drawn} shown={shown} pointed={pointed} onPoint={point} />
          <NextList chart={drawn.chart} shown={shown} onPoint={point} />
        </>
      )}
    </section>
  );
}
