import { isFleetError, type Fleet } from '@holdfast/engine';
import { localRedactor, readSteps } from '@holdfast/recording';
import type { InspectorAction, StepsAnswer } from '../api.ts';
import { InspectorError } from '../inspector-error.ts';
import type { InspectorSource, TimeRange } from '../source.ts';
import { type FleetRecording, watchFleet } from './watch-fleet.ts';
import { createFleetActivity, KEPT_ROUND_TRIPS, type FleetActivity } from './fleet-activity.ts';
import { redactReport } from './redact-report.ts';
import { drawnTunnelChart, TUNNEL_CHART, tunnelRow } from './tunnel-row.ts';

/** What is shown of a fleet. */
export interface FleetSourceOptions {
  readonly fleet: Fleet;
  /** Such as `supervisor 4711 on gateway`. */
  readonly title: string;
  /** Of the package. */
  readonly version: string;
  /** Where what happened is read from. Default: there is no past. */
  readonly recording?: FleetRecording | undefined;
}

const ACTIONS: readonly InspectorAction[] = ['start', 'restart', 'stop', 'probe'];

/** A fleet whose tunnels run now. Nothing of it is listened to while nobody watches. */
export function fleetSource(options: FleetSourceOptions): InspectorSource {
  const { fleet, title, version } = options;
  let activity: FleetActivity = createFleetActivity(new Map());
  let recorded: ReadonlyMap<string, readonly number[]> = new Map();
  const roundTripsOf = (name: string) =>
    [...(recorded.get(name) ?? []), ...activity.roundTripsMs(name)].slice(-KEPT_ROUND_TRIPS);
  return {
    hello: () => ({ kind: 'live', version, title, actions: ACTIONS }),
    chart: (id) => (id === TUNNEL_CHART ? drawnTunnelChart() : undefined),
    names: () => fleet.status().tunnels.map(({ name }) => name),
    row(name) {
      const status = tryTo(() => fleet.describe(name));
      if (status === undefined) return undefined;
      const facts = {
        active: activity.active(name),
        taken: activity.taken(name),
        roundTripsMs: roundTripsOf(name),
      };
      return tunnelRow(status, facts, localRedactor.text);
    },
    watch(observer) {
      activity = createFleetActivity(fleet.actors());
      return watchFleet(options, {
        observer,
        activity,
        remember(roundTrips) {
          recorded = roundTrips;
          for (const name of roundTrips.keys()) observer.changed(name);
        },
      });
    },
    steps: (name, range) => stepsOf(options, name, range),
    why: (name) =>
      redactReport(
        refused(() => fleet.why(name)),
        localRedactor.text,
      ),
    act: (name, action) => refused(() => act(fleet, name, action)),
  };
}

async function stepsOf(
  { recording }: FleetSourceOptions,
  name: string,
  { fromMs, toMs }: TimeRange,
): Promise<StepsAnswer> {
  if (recording === undefined) return { name, earliestMs: null, steps: [], isCut: false };
  await recording.flush();
  return { name, ...(await readSteps(recording.path, { name, fromMs, toMs, limit: MOST_STEPS })) };
}

/** What a page can draw and a browser takes in at once. */
const MOST_STEPS = 5000;

function act(fleet: Fleet, name: string, action: InspectorAction): void {
  switch (action) {
    case 'start':
      return fleet.start([name]);
    case 'restart':
      return fleet.restart([name]);
    case 'probe':
      return fleet.probe([name]);
    case 'stop':
      // The order is given; how long ssh takes is seen in the row.
      return void fleet.stop([name]).catch(() => undefined);
  }
}

function tryTo<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** What a fleet refuses, in the words of the inspector. */
function refused<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isFleetError(error)) throw error;
    throw new InspectorError(error.code === 'closed' ? 'gone' : 'unknown-tunnel', error.message);
  }
}
