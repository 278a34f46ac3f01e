import type { TunnelStatus, WhyReport } from '@holdfast/engine';
import type { Step } from '@holdfast/recording';
import type { InspectorRow, StepsAnswer } from '../api.ts';
import { InspectorError } from '../inspector-error.ts';
import { KEPT_ROUND_TRIPS } from '../live/fleet-activity.ts';
import { drawnTunnelChart, TUNNEL_CHART } from '../live/tunnel-row.ts';
import type { InspectorSource, TimeRange } from '../source.ts';

/** What is shown of a recording. */
export interface RecordingSourceOptions {
  /** Such as the name of its file. */
  readonly title: string;
  /** Of the package. */
  readonly version: string;
  /** Everything that happened, oldest first, by the name of the tunnel. */
  readonly steps: ReadonlyMap<string, readonly Step[]>;
}

/** A recording that was played: it stands as it ended, nothing happens any more, and nothing can be ordered. */
export function recordingSource({
  title,
  version,
  steps,
}: RecordingSourceOptions): InspectorSource {
  const stepsOf = (name: string): readonly Step[] => {
    const found = steps.get(name);
    if (found !== undefined) return found;
    throw new InspectorError('unknown-tunnel', `the recording has no tunnel ${name}`);
  };
  return {
    hello: () => ({ kind: 'recording', version, title, actions: [] }),
    chart: (id) => (id === TUNNEL_CHART ? drawnTunnelChart() : undefined),
    names: () => [...steps.keys()],
    row: (name) => recordedRow(name, steps.get(name) ?? []),
    watch: () => () => undefined,
    steps: (name, range) => answerSteps(name, stepsOf(name), range),
    why: (name) => recordedWhy(name, stepsOf(name)),
    act() {
      throw new InspectorError('not-found', 'a recording takes no orders');
    },
  };
}

function answerSteps(
  name: string,
  steps: readonly Step[],
  { fromMs = -Infinity, toMs = Infinity }: TimeRange,
): StepsAnswer {
  return {
    name,
    earliestMs: steps[0]?.atMs ?? null,
    steps: steps.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs),
    isCut: false,
  };
}

function recordedRow(name: string, steps: readonly Step[]): InspectorRow | undefined {
  const last = steps.at(-1);
  if (last === undefined) return undefined;
  const { state, active, taken, facts } = last;
  return {
    name,
    chart: TUNNEL_CHART,
    state,
    active,
    taken,
    sinceMs: sinceMs(steps),
    isDegraded: false,
    isSuspect: active.includes('running.probing.suspect'),
    needsAttention: state === 'failed',
    phase: null,
    host: '',
    starts: facts.starts,
    nextStartAtMs: facts.nextStartAtMs,
    failureClass: facts.failureClass,
    failureSentence: facts.failureSentence,
    roundTripsMs: steps
      .flatMap(({ facts: { roundTripMs } }) => (roundTripMs === null ? [] : [roundTripMs]))
      .slice(-KEPT_ROUND_TRIPS),
  };
}

/** When the last of equal states began. */
function sinceMs(steps: readonly Step[]): number {
  const last = steps.at(-1)!;
  const before = steps.findLastIndex(({ state }) => state !== last.state);
  return steps[before + 1]!.atMs;
}

/** What a recording knows of what a status says. */
function recordedWhy(name: string, steps: readonly Step[]): WhyReport {
  const row = recordedRow(name, steps);
  const last = steps.at(-1);
  if (row === undefined || last === undefined) {
    throw new InspectorError('gone', `${name} is not in the recording`);
  }
  const history = steps.flatMap((step) =>
    step.sentences.map((sentence) => ({ at: isoTime(step.atMs), sentence })),
  );
  const failed = row.failureSentence === null ? [] : [`Last failure: ${row.failureSentence}.`];
  return {
    status: recordedStatus(row, last.atMs),
    sentences: [`${name} is ${row.state} where the recording ends.`, ...failed],
    history: history.slice(-KEPT_SENTENCES),
  };
}

/** As many as the report of a running tunnel has. */
const KEPT_SENTENCES = 20;

function recordedStatus(row: InspectorRow, atMs: number): TunnelStatus {
  const { name, host, state, starts, failureClass, failureSentence, needsAttention } = row;
  return {
    name,
    host,
    tags: [],
    after: [],
    enabled: true,
    required: true,
    state: state as TunnelStatus['state'],
    since: isoTime(row.sinceMs),
    isHealthy: state === 'healthy' || state === 'probing',
    suspect: null,
    isDegraded: false,
    needsAttention,
    phase: null,
    pid: null,
    starts,
    nextStartAt: row.nextStartAtMs === null ? null : isoTime(row.nextStartAtMs),
    obstacle: null,
    failure:
      failureClass === null
        ? null
        : { class: failureClass, sentence: failureSentence ?? '', at: isoTime(atMs), times: 1 },
    end: null,
    heartbeat: '',
    roundTripMs: row.roundTripsMs.at(-1) ?? null,
    answeredAt: null,
    forwards: [],
    targetFailures: [],
    checks: [],
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
