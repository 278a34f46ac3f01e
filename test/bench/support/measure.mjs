/** The middle of some numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Milliseconds that a call takes. */
export function timeOf(call) {
  const from = process.hrtime.bigint();
  call();
  return Number(process.hrtime.bigint() - from) / 1e6;
}

/** One result: a value, what it is compared with, and the most the ratio may be (null: no bound). */
export function ratioLine(name, value, base, most, against, unit = 'ms') {
  const ratio = value / base;
  return { name, value, base, ratio, most, against, unit, ok: most === null || ratio <= most };
}

/** One result with a bound of its own. */
export function boundLine(name, value, most, unit) {
  return { name, value, most, unit, ok: value <= most };
}

/** One result that must reach something. */
export function floorLine(name, value, least, unit) {
  return { name, value, least, unit, ok: value >= least };
}

const number = (n) => (n >= 100 ? n.toFixed(0) : n.toFixed(2));

/** A result in words. */
export function describe(line) {
  const value = `${number(line.value)} ${line.unit}`;
  if (line.ratio !== undefined) {
    const bound = line.most === null ? '' : `, at most ${line.most} x`;
    return `${line.name}: ${value} = ${line.ratio.toFixed(2)} x ${line.against} (${number(line.base)} ${line.unit}${bound})`;
  }
  const bound = line.least === undefined ? `at most ${line.most}` : `at least ${line.least}`;
  return `${line.name}: ${value} (${bound})`;
}
