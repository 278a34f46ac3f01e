import { useState } from 'preact/hooks';
import type { Chart, ChartTransition } from '@holdfast/chart';
import { useShown } from '../detail/use-shown.ts';
import { useSelect } from '../store/hooks.ts';
import { chosenRow } from '../store/reduce.ts';
import { ChartCanvas } from './chart-canvas.tsx';
import { StateMark } from '../list/state-mark.tsx';
import type { Shown } from '../steps/shown.ts';
import {
  innermost,
  possibleNext,
  stateName,
  targetWords,
  triggerWords,
  waysOn,
} from './transition-words.ts';

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

interface NextListProps {
  readonly chart: Chart;
  readonly shown: Shown | null;
  readonly onPoint: (transition: string | null) => void;
}

/** The chart in words: the current state, and what may happen next. Each is shown in the chart while it is pointed at. */
function NextList({ chart, shown, onPoint }: NextListProps) {
  if (shown === null) return null;
  const next = possibleNext(chart, shown.active);
  const states = innermost(shown.active);
  const inner = states.map((path) => stateName(chart, path)).join(', ');
  const described = chart.states.find(({ path }) => path === states[0])?.description;
  return (
    <details class="next">
      <summary>
        <span class="next-title">
          In <StateMark state={shown.state} />
          {inner !== '' && inner !== shown.state && <span>({inner})</span>}
        </span>
        <span class="next-count">{waysOn(next.length)}</span>
        <span class="quiet next-description">{described}</span>
      </summary>
      <ul onMouseLeave={() => onPoint(null)}>
        {next.map((transition) => (
          <NextItem key={transition.id} chart={chart} transition={transition} onPoint={onPoint} />
        ))}
      </ul>
    </details>
  );
}

interface NextItemProps {
  readonly chart: Chart;
  readonly transition: ChartTransition;
  readonly onPoint: (transition: string | null) => void;
}

function NextItem({ chart, transition, onPoint }: NextItemProps) {
  const { id, trigger, guard, target } = transition;
  return (
    <li>
      <button
        type="button"
        class="next-item"
        onMouseEnter={() => onPoint(id)}
        onFocus={() => onPoint(id)}
        onBlur={() => onPoint(null)}
      >
        <span class="trigger">{triggerWords(trigger)}</span>
        {guard !== null && <span class="guard"> if {guard}</span>}
        <span class="quiet">{target === null ? ', ' : ' → '}</span>
        <span class="target">{targetWords(chart, transition)}</span>
      </button>
    </li>
  );
}
