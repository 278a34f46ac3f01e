import type { FleetEvent } from '@holdfast/engine';
import { watchSteps, type StepWatch } from '@holdfast/recording';
import type { InspectionEvent } from 'xstate';
import type { SourceObserver } from '../source.ts';

/** Makes steps of what happens to tunnels: to be given the events of those that somebody follows. */
export interface FollowedSteps {
  inspect(name: string, event: InspectionEvent): void;
  hear(event: FleetEvent): void;
}

export function createFollowedSteps(observer: SourceObserver): FollowedSteps {
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
