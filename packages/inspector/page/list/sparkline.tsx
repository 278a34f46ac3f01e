import { roundTrip } from '@holdfast/text';
import { sparkPoints } from './spark.ts';

const SIZE = { width: 64, height: 16, most: 60 };

function NoAnswers() {
  return (
    <span class="spark quiet">
      <span aria-hidden="true">–</span>
      <span class="visually-hidden">no answers yet</span>
    </span>
  );
}

/** The answers of late as a small graph, and the last one in words. */
export function Sparkline({ values }: { readonly values: readonly number[] }) {
  const last = values.at(-1);
  if (last === undefined) return <NoAnswers />;
  return (
    <span class="spark">
      <svg class="spark-line" viewBox="-1 -2 66 20" aria-hidden="true">
        <polyline
          visibility={values.length > 1 ? 'visible' : 'hidden'}
          points={sparkPoints(values, SIZE)}
        />
      </svg>
      <span class="spark-last">{roundTrip(last)}</span>
    </span>
  );
}
