import type { Chart, ChartTransition } from '@holdfast/chart';
import { StateMark } from '../list/state-mark.tsx';
import type { Shown } from '../steps/shown.ts';
import { innermost, possibleNext, stateName, targetWords, triggerWords, waysOn } from './words.ts';

interface NextListProps {
  readonly chart: Chart;
  readonly shown: Shown | null;
  readonly onPoint: (transition: string | null) => void;
}

/** The chart in words: the current state, and what may happen next. Each is shown in the chart while it is pointed at. */
export function NextList({ chart, shown, onPoint }: NextListProps) {
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
