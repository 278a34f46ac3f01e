import type { FleetEvent } from '@holdfast/engine';
import type { TunnelEvent, TunnelSnapshot } from '@holdfast/machines';
import type { AnyActorRef, InspectionEvent } from 'xstate';
import type { Step } from '../step.ts';
import { tunnelSnapshot } from '../write/lives.ts';
import { createStepMaker } from './step-maker.ts';

/** Makes steps of what happens to a tunnel now. */
export interface StepWatch {
  /** To be given to `fleet.inspect`. */
  inspect(event: InspectionEvent): void;
  /** To be given every event of the fleet: the sentences of the steps. */
  hear(event: FleetEvent): void;
}

/**
 * Watches one tunnel.
 *
 * @param onStep - told of each step, counted from 0.
 */
export function watchSteps(name: string, onStep: (step: Step) => void): StepWatch {
  const steps = createStepMaker();
  return {
    inspect(event) {
      const actor = event.actorRef as AnyActorRef;
      if (actor.id !== name || tunnelSnapshot(actor) === undefined) return;
      if (event.type === '@xstate.snapshot') {
        const { event: input, snapshot } = event;
        onStep(steps.make(input as TunnelEvent, snapshot as TunnelSnapshot, Date.now()));
      } else steps.hear(event);
    },
    hear({ tunnel, level, sentence }) {
      if (tunnel === name && level !== 'debug') steps.say(sentence);
    },
  };
}
