import type { TunnelMachine } from '@holdfast/machines';
import {
  createActor,
  fromCallback,
  type Actor,
  type AnyActorRef,
  type InspectionEvent,
  type Observer,
} from 'xstate';
import { systemClock } from '../../clock.ts';

/** Who looks at actors: sees every actor, event and snapshot of every tunnel. */
export type FleetInspector = Observer<InspectionEvent> | ((event: InspectionEvent) => void);

/** The actor of the machine that runs one life of a tunnel. */
export type TunnelActor = Actor<TunnelMachine>;

/** The actor system that all tunnels of a fleet live in. */
export interface FleetSystem {
  /** The parent of every tunnel. */
  readonly root: AnyActorRef;
  /** Shows an observer what happens from now on, until it unsubscribes. */
  inspect(observer: FleetInspector): { unsubscribe(): void };
  /** To be called when no tunnel lives any more. */
  end(): void;
}

/** Its tunnels tell the root how they ended; whoever has to know hears it from them. */
const root = fromCallback(() => undefined);

/** Makes the system of a fleet; its root, `fleet`, is there at once. */
export function createFleetSystem(inspect: FleetInspector | undefined): FleetSystem {
  const actor = createActor(root, {
    id: 'fleet',
    clock: systemClock as never,
    ...(inspect === undefined ? {} : { inspect }),
  });
  actor.start();
  return {
    root: actor,
    inspect: (observer) => actor.system.inspect(observer),
    end: () => void actor.stop(),
  };
}
