import { activePaths, transitionId } from '@holdfast/chart';
import { tunnelState, type TunnelSnapshot } from '@holdfast/machines';
import type { AnyMachineSnapshot, AnyTransitionDefinition, InspectionEvent } from 'xstate';

/** What the machines of tunnels did lately, as far as they were watched. */
export interface FleetActivity {
  /** Takes in one inspection event, of which there are many; says which tunnel it is about, if any. */
  take(event: InspectionEvent): string | undefined;
  /** Paths of the active states, outermost first; none for a tunnel that was never started. */
  active(name: string): readonly string[];
  /** The tunnels whose ssh is on its way to the server. */
  connecting(): readonly string[];
  /** Ids of the transitions that were taken last. */
  taken(name: string): readonly string[];
  /** Milliseconds of the answers that came since the start, oldest first. */
  roundTripsMs(name: string): readonly number[];
}

/** As many as a row shows. */
export const KEPT_ROUND_TRIPS = 60;

/** An actor, as far as it is looked at. */
interface WatchedActor {
  getSnapshot(): unknown;
}

interface Doings {
  readonly actor: WatchedActor;
  /** Of the present turn of the machine, and of the last one that led anywhere. */
  next: AnyTransitionDefinition[];
  last: readonly AnyTransitionDefinition[];
  readonly roundTripsMs: number[];
}

/** XState declares neither, and gives both with each event. */
interface Undeclared {
  readonly _transitions?: readonly AnyTransitionDefinition[];
}
interface Relative {
  readonly id: string;
  readonly sessionId: string;
  readonly _parent?: Relative;
}

/**
 * Begins to remember. What is heard is kept as it is; words are made of it when a row is.
 *
 * @param actors - those that are there already.
 */
export function createFleetActivity(actors: ReadonlyMap<string, WatchedActor>): FleetActivity {
  const begin = (actor: WatchedActor): Doings => ({ actor, next: [], last: [], roundTripsMs: [] });
  const tunnels = new Map([...actors].map(([name, actor]) => [name, begin(actor)]));
  const doingsOf = (name: string, actor: WatchedActor): Doings => {
    const known = tunnels.get(name);
    if (known?.actor === actor) return known;
    const fresh = { ...begin(actor), roundTripsMs: known?.roundTripsMs ?? [] };
    tunnels.set(name, fresh);
    return fresh;
  };
  return {
    take(event) {
      const name = tunnelOf(event);
      if (name === undefined) return undefined;
      const { type } = event;
      if (type === '@xstate.microstep') {
        const { next } = doingsOf(name, event.actorRef);
        for (const each of (event as Undeclared)._transitions ?? []) next.push(each);
      } else if (type === '@xstate.snapshot') {
        endTurn(doingsOf(name, event.actorRef));
      } else if (type === '@xstate.event' && 'roundTripMs' in event.event) {
        keepRoundTrip(doingsOf(name, event.actorRef), event.event['roundTripMs']);
      }
      return name;
    },
    active(name) {
      const snapshot = tunnels.get(name)?.actor.getSnapshot() as AnyMachineSnapshot | undefined;
      return snapshot === undefined ? [] : activePaths(snapshot);
    },
    connecting: () =>
      [...tunnels].flatMap(([name, { actor }]) => (isConnecting(actor) ? [name] : [])),
    taken: (name) => (tunnels.get(name)?.last ?? []).map(transitionId),
    roundTripsMs: (name) => tunnels.get(name)?.roundTripsMs ?? [],
  };
}

function isConnecting(actor: WatchedActor): boolean {
  const state = tunnelState(actor.getSnapshot() as TunnelSnapshot);
  return state === 'connecting' || state === 'gating';
}

/** Tunnels are the children of the fleet's root, and are called as they are. */
function tunnelOf({ actorRef, rootId }: InspectionEvent): string | undefined {
  const { id, _parent } = actorRef as unknown as Relative;
  return _parent?.sessionId === rootId ? id : undefined;
}

/** What led nowhere leaves what was taken before. */
function endTurn(doings: Doings): void {
  if (doings.next.length === 0) return;
  doings.last = doings.next;
  doings.next = [];
}

function keepRoundTrip({ roundTripsMs }: Doings, roundTripMs: unknown): void {
  if (typeof roundTripMs !== 'number') return;
  roundTripsMs.push(roundTripMs);
  if (roundTripsMs.length > KEPT_ROUND_TRIPS) roundTripsMs.shift();
}
