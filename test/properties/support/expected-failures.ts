import type { FailureClass, Intensity } from '@holdfast/machines';

// What the laws expect of the failure classes (FL-3 to FL-8, FL-13, FL-16, FL-17), written down once more from docs/failures.md, and
// deliberately without a look at the policies of the machines.

/** What cuts a wait short, besides an operator and the network. */
type EndedBy = 'host' | 'keys' | 'nothing';

/** A class: its shortest and longest waits in ms, try by try (the last one stays), and what ends them. */
type Row = readonly [leastMs: readonly number[], mostMs: readonly number[], EndedBy];

const QUICK: Row = [[500], [1000, 2000, 4000, 5000], 'host'];
const SLOW: Row = [[1000], [2000, 4000, 8000, 16_000, 32_000, 60_000], 'host'];
const PORT: Row = [[2000], [4000, 8000, 15_000], 'nothing'];
const LACK: Row = [[1000], [2000, 4000, 8000, 15_000], 'nothing'];
const AUTH_MS = [5000, 30_000, 120_000, 600_000];

const ROWS: Readonly<Record<FailureClass, Row | 'hopeless'>> = {
  unreachable: QUICK,
  throttled: SLOW,
  unknown: SLOW,
  auth: [AUTH_MS, AUTH_MS, 'keys'],
  'remote-port-held': PORT,
  'local-port-held': PORT,
  'local-lack': LACK,
  dropped: [[0, 500], [0, 1000, 2000, 4000, 5000], 'host'],
  'host-key-changed': 'hopeless',
  'host-key-unknown': 'hopeless',
  usage: 'hopeless',
};

/** The names of all classes. */
export const FAILURE_CLASSES = Object.keys(ROWS) as readonly FailureClass[];

/** Whether a class is given up at once. */
export function isExpectedHopeless(name: FailureClass): boolean {
  return ROWS[name] === 'hopeless';
}

/** Whether a challenger that ends so says nothing of the next one; else no second login can be had. */
export function isExpectedWitness(name: FailureClass): boolean {
  return ['unreachable', 'throttled', 'dropped', 'local-lack', 'unknown'].includes(name);
}

/** What ends a wait for a failure of this class. */
export function expectedEndedBy(name: FailureClass): EndedBy {
  const row = ROWS[name];
  return row === 'hopeless' ? 'nothing' : row[2];
}

/** The wait before the next start, when a class struck for the n-th time. */
export function expectedWaitMs(name: FailureClass, times: number, chance: number): number {
  const row = ROWS[name];
  if (row === 'hopeless') return 0;
  const [leastMs, mostMs] = row.slice(0, 2).map((list) => nth(list as readonly number[], times));
  return Math.round((1 - chance) * leastMs! + chance * mostMs!);
}

/** The longest wait that a class can ask for, ever. */
export function expectedCapMs(name: FailureClass): number {
  const row = ROWS[name];
  return row === 'hopeless' ? 0 : row[1].at(-1)!;
}

/** Whether the last of these times is one too many: a time exactly one period ago still counts. */
export function isExpectedTooOften(timesMs: readonly number[], intensity: Intensity): boolean {
  const sinceMs = timesMs.at(-1)! - intensity.periodMs;
  return timesMs.filter((atMs) => atMs >= sinceMs).length > intensity.starts;
}

/**
 * RFC 6298 over the answers of one ssh, with the bounds of FL-13: 1 s, 15 s, and 3 s before the first. Those that came 0.2 s later than
 * usual count from the third in a row on, as the quickest of them; one that came as much sooner forgets all others.
 */
export function expectedTimeoutMs(roundTripsMs: readonly number[], misses: number): number {
  let [srtt, rttvar] = [1000, 500];
  let late: number[] = [];
  roundTripsMs.forEach((rtt, index) => {
    const isLate = index > 0 && rtt >= srtt + 200;
    late = isLate ? [...late, rtt] : [];
    if (isLate && late.length < 3) return;
    const measured = isLate ? Math.min(...late) : rtt;
    const isFirst = index === 0 || isLate || rtt <= srtt - 200;
    late = [];
    rttvar = isFirst ? measured / 2 : 0.75 * rttvar + 0.25 * Math.abs(srtt - rtt);
    srtt = isFirst ? measured : 0.875 * srtt + 0.125 * rtt;
  });
  // 1 s, 4 s, 8 s, 16 s: the longest is 15 s.
  const least = [1000, 4000, 8000, 16_000][Math.min(misses, 3)]!;
  return Math.min(15_000, Math.max(least, Math.ceil((srtt + 4 * rttvar) * 2 ** misses)));
}

function nth(list: readonly number[], times: number): number {
  return list[Math.min(times, list.length) - 1]!;
}
