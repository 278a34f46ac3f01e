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
