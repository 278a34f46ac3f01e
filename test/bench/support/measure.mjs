import { spawnSync } from 'node:child_process';

/** The middle of some numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function mean(numbers) {
  return numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
}

/** Milliseconds that a call takes. */
export function timeOf(call) {
  const from = process.hrtime.bigint();
  call();
  return Number(process.hrtime.bigint() - from) / 1e6;
}

const NODE_STARTS = 11;

/** Milliseconds that `node -e 0` takes here and now: with this, times of different machines can be compared. */
export function timeOfNode() {
  const env = { PATH: process.env.PATH };
  const start = () => spawnSync(process.execPath, ['-e', '0'], { env, stdio: 'ignore' });
  return median(Array.from({ length: NODE_STARTS }, () => timeOf(start)));
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

/** One result that only stands beside another. */
export function comparisonLine(name, value, unit) {
  return { name, value, unit, ok: true };
}

/** One result that must reach something. */
export function floorLine(name, value, least, unit) {
  return { name, value, least, unit, ok: value >= least };
}

const number = (n) => (n >= 100 ? n.toFixed(0) : n.toFixed(2));

/** What was measured, in words. */
export function result({ value, unit, ratio, base, against }) {
  const measured = `${number(value)} ${unit}`;
  if (ratio === undefined) return measured;
  return `${measured} = ${ratio.toFixed(2)} x ${against} (${number(base)} ${unit})`;
}

/** What was wanted, in words. */
export function bound({ ratio, most = null, least }) {
  if (least !== undefined) return `at least ${least}`;
  if (most === null) return 'for comparison';
  return ratio === undefined ? `at most ${String(most)}` : `at most ${String(most)} x`;
}

/** A line about both. */
export function describe(line) {
  return `${line.name}: ${result(line)}, ${bound(line)}`;
}
