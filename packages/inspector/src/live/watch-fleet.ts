import type { Fleet, FleetEvent } from '@holdfast/engine';
import { recentRoundTrips, type StepWatch, watchSteps } from '@holdfast/recording';
import type { InspectionEvent } from 'xstate';
import type { SourceObserver } from '../source.ts';
import { type FleetActivity, KEPT_ROUND_TRIPS } from './fleet-activity.ts';

/** How far an ssh that connects has come is told by no event: it is looked at. */
const LOOK_MS = 1000;

interface WatchedFleet {
  readonly fleet: Fleet;
  readonly recording?: FleetRecording | undefined;
}

interface Watching {
  readonly observer: SourceObserver;
  readonly activity: FleetActivity;
  /** Takes the answers that came before anybody watched. */
  readonly remember: (roundTripsMs: ReadonlyMap<string, readonly number[]>) => void;
}

/** Tells an observer what changes in a fleet, until the function that it returns is called; then nothing is left of it. */
export function watchFleet(
  { fleet, recording }: WatchedFleet,
  { observer, activity, remember }: Watching,
): () => void {
  let isOver = false;
  const steps = createStepFollower(observer);
  const inspecting = fleet.inspect((event: InspectionEvent) => {
    // Half of all events, and nothing is shown of them.
    if (event.type === '@xstate.action') return;
    const name = activity.take(event);
    if (name === undefined) return;
    if (event.type === '@xstate.snapshot') observer.changed(name);
    if (observer.isFollowed(name)) harmlessly(() => steps.inspect(name, event));
  });
  const hearing = fleet.event$.subscribe({
    next: (event) => {
      const { tunnel } = event;
      if (tunnel !== null && observer.isFollowed(tunnel)) harmlessly(() => steps.hear(event));
      hear(event, observer);
    },
    complete: () => observer.ended('the fleet was closed'),
  });
  const looking = setInterval(() => {
    for (const name of activity.connecting()) observer.changed(name);
  }, LOOK_MS);
  void readRoundTrips(recording).then((roundTrips) => {
    if (!isOver) remember(roundTrips);
  });
  return () => {
    isOver = true;
    clearInterval(looking);
    inspecting.unsubscribe();
    hearing.unsubscribe();
  };
}

/** Who watches runs inside what is watched: an error here would be one of the tunnel. */
function harmlessly(watch: () => void): void {
  try {
    watch();
  } catch {
    // The step is missing in the stream; the recording has it.
  }
}

function hear({ tunnel, fact }: FleetEvent, observer: SourceObserver): void {
  if (fact.type === 'tunnel.added' || fact.type === 'tunnel.removed') observer.listed();
  else if (tunnel !== null) observer.changed(tunnel);
}

/** What cannot be read is left out: the graph begins with the next answer. */
async function readRoundTrips(recording: FleetRecording | undefined) {
  try {
    if (recording === undefined) return new Map<string, readonly number[]>();
    await recording.flush();
    return await recentRoundTrips(recording.path, KEPT_ROUND_TRIPS);
  } catch {
    return new Map<string, readonly number[]>();
  }
}

/** Makes steps of what happens to tunnels: to be given the events of those that somebody follows. */
interface StepFollower {
  inspect(name: string, event: InspectionEvent): void;
  hear(event: FleetEvent): void;
}

function createStepFollower(observer: SourceObserver): StepFollower {
  const watches = new Map<string, StepWatch>();
  const watchOf = (name: string): StepWatch => {
    const watch = watches.get(name) ?? watchSteps(name, (step) => observer.stepped(name, step));
    watches.set(name, watch);
    return watch;
  };
  return {
    inspect: (name, event) => watchOf(name).inspect(event),
    hear(event) {
      if (event.tunnel !== null) watchOf(event.tunnel).hear(event);
    },
  };
}

/** The recording that a fleet's recorder writes. */
export interface FleetRecording {
  readonly path: string;
  /** Writes down what is not yet in the file. */
  flush(): void | Promise<void>;
}
