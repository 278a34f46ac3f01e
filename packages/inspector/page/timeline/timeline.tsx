import type { Step } from '@holdfast/recording';
import { useMemo, useRef } from 'preact/hooks';
import { useSize } from '../frame/use-size.ts';
import { toneOf } from '../list/tone.ts';
import { hoursAndMinutes, timeOfDay } from '../time/clock-words.ts';
import { bandsOf, marksOf } from './columns.ts';
import { ticksOf, type Range } from './range.ts';
import { TimeSlider } from './time-slider.tsx';

const HEIGHT = 44;

interface TimelineProps {
  readonly steps: readonly Step[];
  readonly range: Range;
}

/** States as bands, events as marks above them, and a slider over all of it. */
export function Timeline({ steps, range }: TimelineProps) {
  const element = useRef<HTMLDivElement>(null);
  const width = Math.max(100, Math.round(useSize(element).width));
  return (
    <div class="timeline" ref={element}>
      <Picture steps={steps} range={range} width={width} />
      <TimeSlider steps={steps} range={range} />
      <Scale range={range} width={width} />
    </div>
  );
}

function Picture({ steps, range, width }: TimelineProps & { readonly width: number }) {
  const { fromMs, toMs } = range;
  const bands = useMemo(() => bandsOf(steps, range, width), [steps, fromMs, toMs, width]);
  const marks = useMemo(() => marksOf(steps, range, width), [steps, fromMs, toMs, width]);
  return (
    <svg class="timeline-picture" viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
      <rect class="timeline-ground" x={0} y={16} width={width} height={28} />
      {bands.map(({ state, from, to }, index) => (
        <rect
          key={index}
          class={`band tone-${toneOf(state)}`}
          x={from}
          y={16}
          width={to - from}
          height={28}
        />
      ))}
      {marks.map(({ column, tone }, index) => (
        <path key={index} class={`mark tone-${tone}`} d={`M${column + 0.5} 13l-3-4 3-4 3 4Z`} />
      ))}
    </svg>
  );
}

function Scale({ range, width }: { readonly range: Range; readonly width: number }) {
  const ticks = ticksOf(range, Math.max(2, Math.floor(width / 90)));
  const words = range.toMs - range.fromMs < 120_000 ? timeOfDay : hoursAndMinutes;
  return (
    <svg class="timeline-scale" viewBox={`0 0 ${width} 16`} aria-hidden="true">
      {ticks.map((tick) => {
        const x = ((tick - range.fromMs) / (range.toMs - range.fromMs)) * width;
        return (
          <g key={tick}>
            <path d={`M${x} 0v3`} />
            <text x={x} y={13} text-anchor={anchorAt(x, width)}>
              {words(tick)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function anchorAt(x: number, width: number): 'start' | 'middle' | 'end' {
  if (x < 20) return 'start';
  return x > width - 20 ? 'end' : 'middle';
}
