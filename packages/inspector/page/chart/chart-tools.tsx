import { Icon, type IconName } from '../frame/icon.tsx';
import type { ChartView } from './use-chart-view.ts';

/** Buttons for what the wheel and the pointer do. */
export function ChartTools({ view }: { readonly view: ChartView }) {
  const { mode, zoom, setMode } = view;
  return (
    <div class="chart-tools" role="group" aria-label="View of the chart">
      <Tool icon="plus" label="Larger" onClick={() => zoom(1.25)} />
      <Tool icon="minus" label="Smaller" onClick={() => zoom(0.8)} />
      <Tool
        icon="fit"
        label="All of the chart"
        isOn={mode === 'fit'}
        onClick={() => setMode('fit')}
      />
      <Tool
        icon="follow"
        label="Follow the current state"
        isOn={mode === 'follow'}
        onClick={() => setMode('follow')}
      />
    </div>
  );
}

interface ToolProps {
  readonly icon: IconName;
  readonly label: string;
  readonly isOn?: boolean;
  readonly onClick: () => void;
}

function Tool({ icon, label, isOn, onClick }: ToolProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      aria-pressed={isOn}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
