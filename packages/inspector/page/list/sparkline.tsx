import { roundTrip } from '@holdfast/text';

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

/** Points of a polyline for the answers of late: the latest at the right edge, the tallest at the top. */
export function sparkPoints(
  values: readonly number[],
  {
    width,
    height,
    most,
  }: { readonly width: number; readonly height: number; readonly most: number },
): string {
  const tallest = Math.max(...values, 0.1);
  const stride = width / Math.max(1, most - 1);
  return values
    .slice(-most)
    .map((value, index, shown) => {
      const x = width - (shown.length - 1 - index) * stride;
      const y = height - (Math.max(0, value) / tallest) * height;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
